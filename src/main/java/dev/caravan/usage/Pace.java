package dev.caravan.usage;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The pace of a long work on the ledger, so that other writers hardly notice it: transactions as large as fit into a short
 * time, and after each a rest of at least that time. One thread.
 */
final class Pace {

    private static final Duration AIM = Duration.ofMillis(40);

    /** A writer that waits looks again within this time at first. */
    private static final Duration LEAST_REST = Duration.ofMillis(20);

    private static final int LEAST = 50;
    private static final int MOST = 2_000;

    private int size = 200;
    private long began = System.nanoTime();

    /** Begins a transaction; how many rows or pages it may touch. */
    int begin() {
        began = System.nanoTime();
        return size;
    }

    /** The transaction has ended. */
    void rest() {
        long took = Math.max(1, System.nanoTime() - began);
        // At most twice as many as before: one that found all its pages in memory says little about the next.
        size = (int) Math.max(LEAST, Math.min(MOST, Math.min(size * 2L, size * AIM.toNanos() / took)));
        LockSupport.parkNanos(Math.max(LEAST_REST.toNanos(), took));
    }
}
