package dev.caravan.usage;

import org.jspecify.annotations.Nullable;

/**
 * A batch held a request whose row is in the ledger already, so it was not written: written one by one, each row tells whether
 * it is new. Happens after a crash or a lost connection, when nobody knows how far the last write came.
 */
public final class KnownRowException extends Exception {

    private static final long serialVersionUID = 1;

    public KnownRowException(int known, int rows) {
        super(known + " of " + rows + " rows are in the ledger already");
    }

    /** Whether it is what went wrong, however it was wrapped on its way. */
    public static boolean isCauseOf(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KnownRowException) {
                return true;
            }
        }
        return false;
    }
}
