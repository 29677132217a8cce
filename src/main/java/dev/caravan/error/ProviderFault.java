package dev.caravan.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The provider failed: 5xx, 408, a redirect, a bad answer, a reset, a time-out, an open circuit. Callers always read
 * {@code Provider API failure}; the code says more. Counts for the breaker.
 */
public final class ProviderFault extends GatewayException {

    /** What a caller reads, whatever happened. */
    public static final String MESSAGE = "Provider API failure";

    private final int upstreamStatus;
    private final boolean retryable;

    /**
     * @param upstreamStatus the provider's status; 0 where none came (no connection, reset, time-out)
     * @param retryable whether another try may help; false for an open circuit and for an exhausted time budget
     * @param retryAfter the provider's own word on when to try again; null where it gave none
     * @param cause for our own log only, never shown; null where there is none
     */
    public ProviderFault(
            ErrorCode code,
            int upstreamStatus,
            boolean retryable,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(code, MESSAGE, null, retryAfter, cause);
        this.upstreamStatus = upstreamStatus;
        this.retryable = retryable;
    }

    public int upstreamStatus() {
        return upstreamStatus;
    }

    public boolean retryable() {
        return retryable;
    }
}
