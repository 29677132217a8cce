package dev.caravan.app;

import dev.caravan.catalog.CatalogException;
import dev.caravan.usage.LedgerException;
import org.jspecify.annotations.Nullable;

/** Why Caravan cannot start: one line for a person, naming the file or variable and what would be right. */
public final class StartFailure extends RuntimeException {

    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** One line for whatever stopped the start: our own words where we have some, else the deepest cause's. */
    static String oneLine(Throwable failure) {
        return oneLine("Caravan cannot start", failure);
    }

    /** @param what could not be done */
    static String oneLine(String what, Throwable failure) {
        @Nullable Throwable cause = failure;
        Throwable deepest = failure;
        while (cause != null) {
            if (cause instanceof StartFailure
                    || cause instanceof CatalogException
                    || cause instanceof LedgerException) {
                return what + ": " + words(cause);
            }
            deepest = cause;
            cause = cause.getCause();
        }
        return what + ": " + deepest.getClass().getSimpleName() + ": " + words(deepest);
    }

    private static String words(Throwable failure) {
        return String.valueOf(failure.getMessage()).replaceAll("\\s+", " ").strip();
    }
}
