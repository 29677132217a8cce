package dev.caravan.usage;

import org.jspecify.annotations.Nullable;

/** The ledger or its journal cannot be used. The message is one line for the operator; it never reaches a caller. */
public final class LedgerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LedgerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
