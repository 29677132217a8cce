package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a provider's key rests when the provider will not have it.
 *
 * @param limited after a rate limit, where the provider names no wait
 * @param refused after a key was refused, or its account found empty
 */
public record KeyRests(Duration limited, Duration refused) {

    /** A key that was refused is not the next one's turn again, however short a wait the provider names. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Null where the failure is not one of the key's. */
    @Nullable
    Duration after(GatewayException failure) {
        if (failure.code() == ErrorCode.RATE_LIMITED) {
            Duration asked = failure.retryAfter();
            if (asked == null) {
                return limited;
            }
            return asked.compareTo(SHORTEST) < 0 ? SHORTEST : asked;
        }
        boolean refusal =
                failure.code() == ErrorCode.PROVIDER_KEY_INVALID || failure.code() == ErrorCode.QUOTA_EXHAUSTED;
        return refusal ? refused : null;
    }
}
