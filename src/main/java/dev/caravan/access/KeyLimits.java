package dev.caravan.access;

import org.jspecify.annotations.Nullable;

/**
 * What a key may use; null: without limit.
 *
 * @param requestsPerMinute at least 1
 * @param tokensPerMinute prompt and completion together, at least 1
 * @param dayMicros a UTC day's budget, micro-USD, at least 1
 * @param monthMicros a UTC month's budget, micro-USD, at least 1
 */
public record KeyLimits(
        @Nullable Long requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Long dayMicros,
        @Nullable Long monthMicros) {

    public static final KeyLimits NONE = new KeyLimits(null, null, null, null);

    /** Whether nothing has to be counted. */
    public boolean isNone() {
        return requestsPerMinute == null && countsOnlyRequests();
    }

    /** Whether no limit needs to know how large a request is. */
    public boolean countsOnlyRequests() {
        return tokensPerMinute == null && dayMicros == null && monthMicros == null;
    }
}
