package dev.caravan.usage;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Between two transactions of a long work: as long as the last one took, so that other writers find the ledger free. */
final class Breath {

    /** A writer that waits looks again within this time at first. */
    private static final long LEAST_NANOS = Duration.ofMillis(20).toNanos();

    private long began = System.nanoTime();

    void begin() {
        began = System.nanoTime();
    }

    void take() {
        LockSupport.parkNanos(Math.max(LEAST_NANOS, System.nanoTime() - began));
    }
}
