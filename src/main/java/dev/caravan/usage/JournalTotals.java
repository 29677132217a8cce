package dev.caravan.usage;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests this process has opened and settled since its start. Who looks while requests come and go cannot see one
 * exact number of settled ones, but two that it is between: see {@link #settledAtLeast} and {@link #settledAtMost}.
 */
public final class JournalTotals {

    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong settling = new AtomicLong();
    private final AtomicLong settled = new AtomicLong();

    /** A request is on disk; before anyone can settle it. */
    void open() {
        opened.incrementAndGet();
    }

    /** Its end is about to be put on disk. */
    void settle() {
        settling.incrementAndGet();
    }

    /** Its end is where {@link Journal#awaitWritten} waits for it. */
    void settled() {
        settled.incrementAndGet();
    }

    public long opened() {
        return opened.get();
    }

    /** What is counted here is in the ledger once {@link Journal#awaitWritten}, called later, has answered true. */
    public long settledAtLeast() {
        return settled.get();
    }

    /** What the ledger held before the call is counted here. */
    public long settledAtMost() {
        return settling.get();
    }
}
