package dev.caravan.route;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first requests of each idempotency key: those under way, and for a while those that were answered. Bounded: where there
 * are too many bytes the oldest answers go first, where there are too many requests the oldest are forgotten. Safe for all
 * threads.
 */
final class RepeatMemory {

    private static final int MOST_REQUESTS = 10_000;

    /** A request with a key that no other one has. */
    static final class First {

        private final String requestId;
        private final String body;
        private final boolean stream;
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile @Nullable Ended ended;
        private long endNanos;

        /** @param body the digest of its body */
        First(String requestId, String body, boolean stream) {
            this.requestId = requestId;
            this.body = body;
            this.stream = stream;
        }

        String requestId() {
            return requestId;
        }

        String body() {
            return body;
        }

        boolean isStream() {
            return stream;
        }

        boolean awaitEnd(long time, TimeUnit unit) throws InterruptedException {
            return end.await(time, unit);
        }

        /** Null where it failed, or is under way. */
        @Nullable
        Ended ended() {
            return ended;
        }
    }

    /**
     * How a request ended.
     *
     * @param answer null where it is not kept
     */
    record Ended(byte @Nullable [] answer, String sessionId) {
        int bytes() {
            return answer == null ? 0 : answer.length;
        }
    }

    private final long windowNanos;
    private final long mostBytes;
    /** Those that ended stand in the order of their ends. */
    private final Map<String, First> firsts = new LinkedHashMap<>();

    private long bytes;

    RepeatMemory(Duration window, long mostBytes) {
        this.windowNanos = window.toNanos();
        this.mostBytes = mostBytes;
    }

    /** The first request of that key, which is the given one where there was none. */
    synchronized First claim(String key, First request) {
        dropOld();
        First known = firsts.putIfAbsent(key, request);
        return known == null ? request : known;
    }

    /** It failed: the next one is the first. */
    synchronized void forget(String key, First request) {
        firsts.remove(key, request);
        request.end.countDown();
    }

    synchronized void keep(String key, First request, Ended ended) {
        request.ended = ended;
        request.endNanos = System.nanoTime();
        request.end.countDown();
        firsts.remove(key);
        firsts.put(key, request);
        bytes += ended.bytes();
        dropOld();
    }

    private void dropOld() {
        long now = System.nanoTime();
        Iterator<First> oldest = firsts.values().iterator();
        while (oldest.hasNext()) {
            First first = oldest.next();
            Ended ended = first.ended;
            if (ended == null) {
                continue;
            }
            if (now - first.endNanos >= windowNanos || firsts.size() > MOST_REQUESTS) {
                bytes -= ended.bytes();
                oldest.remove();
            } else if (bytes > mostBytes) {
                bytes -= ended.bytes();
                first.ended = new Ended(null, ended.sessionId());
            } else {
                return;
            }
        }
    }
}
