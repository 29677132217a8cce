package dev.caravan.access;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a key's minute, for the answer's headers.
 *
 * @param requestLimit null: requests are not limited
 * @param tokenLimit null: tokens are not limited
 * @param resetAfter until the minute ends
 * @param resetAt when it ends
 */
public record RateState(
        @Nullable Long requestLimit,
        long requestsLeft,
        @Nullable Long tokenLimit,
        long tokensLeft,
        Duration resetAfter,
        Instant resetAt) {

    static RateState of(KeyLimits limits, KeyCounter counter, Instant now) {
        Long requests = limits.requestsPerMinute();
        Long tokens = limits.tokensPerMinute();
        return new RateState(
                requests,
                requests == null ? 0 : Math.max(0, requests - counter.requests()),
                tokens,
                tokens == null ? 0 : Math.max(0, tokens - counter.tokens()),
                Duration.between(now, counter.minuteEnd()),
                counter.minuteEnd());
    }
}
