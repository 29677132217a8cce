package dev.caravan.catalog;

/** The catalogue cannot be used. The message is one line that names the file and the field, for whoever edits the file. */
public final class CatalogException extends RuntimeException {

    public CatalogException(String message) {
        super(message);
    }

    /** @param cause for the log only; the message says all that an editor needs */
    public CatalogException(String message, Throwable cause) {
        super(message, cause);
    }
}
