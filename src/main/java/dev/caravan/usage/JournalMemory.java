package dev.caravan.usage;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Settled records that the disk refused, until it takes them or the ledger has them. Never more than were in flight when the
 * disk began to refuse, because no request is opened while it does. Safe for all threads.
 */
final class JournalMemory {

    private record Kept(
            long ticket,
            UsageRecord usage,
            byte[] line,
            @Nullable Segment segment) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private long tickets;
    private volatile int size;

    void keep(UsageRecord usage, byte[] line, @Nullable Segment segment) {
        lock.lock();
        try {
            kept.putIfAbsent(usage.opened().requestId(), new Kept(++tickets, usage, line, segment));
            size = kept.size();
        } finally {
            lock.unlock();
        }
    }

    /** Appends them to the file, until it refuses; whether any was appended. */
    boolean retry(JournalWriter writer) {
        if (isEmpty()) {
            return false;
        }
        lock.lock();
        try {
            boolean any = false;
            Iterator<Kept> all = kept.values().iterator();
            while (all.hasNext()) {
                Kept next = all.next();
                if (!writer.tryAppend(JournalFormat.SETTLED, next.line())) {
                    return any;
                }
                all.remove();
                size = kept.size();
                release(next.segment());
                any = true;
            }
            return any;
        } finally {
            lock.unlock();
        }
    }

    List<UsageRecord> first(int max) {
        if (isEmpty()) {
            return List.of();
        }
        lock.lock();
        try {
            List<UsageRecord> first = new ArrayList<>();
            for (Kept next : kept.values()) {
                if (first.size() == max) {
                    break;
                }
                first.add(next.usage());
            }
            return List.copyOf(first);
        } finally {
            lock.unlock();
        }
    }

    /** The ledger has them. */
    void forget(List<UsageRecord> written) {
        lock.lock();
        try {
            for (UsageRecord usage : written) {
                Kept gone = kept.remove(usage.opened().requestId());
                if (gone != null) {
                    release(gone.segment());
                }
            }
            size = kept.size();
        } finally {
            lock.unlock();
        }
    }

    /** The number of the newest of them; 0 where there is none. */
    long last() {
        lock.lock();
        try {
            return kept.isEmpty() ? 0 : tickets;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmptyUpTo(long ticket) {
        lock.lock();
        try {
            return kept.isEmpty() || kept.values().iterator().next().ticket() > ticket;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The end of a request that was opened in that segment is safe. */
    static void release(@Nullable Segment segment) {
        if (segment != null) {
            segment.unsettled().decrementAndGet();
        }
    }
}
