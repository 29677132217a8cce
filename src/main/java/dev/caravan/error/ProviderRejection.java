package dev.caravan.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The provider refused this request (4xx) or asked us to wait (429). It is in good health, so its breaker does not count
 * this.
 */
public final class ProviderRejection extends GatewayException {

    private final int upstreamStatus;

    /**
     * @param upstreamStatus the status that the provider answered, 400 to 499
     * @param retryAfter the provider's own word on when to try again; null where it gave none
     */
    public ProviderRejection(
            ErrorCode code, String message, @Nullable String param, int upstreamStatus, @Nullable Duration retryAfter) {
        super(code, message, param, retryAfter, null);
        this.upstreamStatus = upstreamStatus;
    }

    public int upstreamStatus() {
        return upstreamStatus;
    }

    /** Whether the same request may succeed after a wait: true for a rate limit, false for a mistake or an empty account. */
    public boolean retryable() {
        return code() == ErrorCode.RATE_LIMITED;
    }
}
