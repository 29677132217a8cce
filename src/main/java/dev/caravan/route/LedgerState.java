package dev.caravan.route;

import java.util.concurrent.atomic.AtomicBoolean;

/** Whether the ledger's database took the last write. Safe for all threads. */
public final class LedgerState {

    private final AtomicBoolean writable = new AtomicBoolean(true);

    public boolean isWritable() {
        return writable.get();
    }

    /** A write worked; answers whether the one before it had failed. */
    boolean recovered() {
        return !writable.getAndSet(true);
    }

    /** A write failed; answers whether the one before it had worked. */
    boolean failed() {
        return writable.getAndSet(false);
    }
}
