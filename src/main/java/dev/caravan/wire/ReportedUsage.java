package dev.caravan.wire;

import org.jspecify.annotations.Nullable;

/**
 * Token counts as the provider reported them, in OpenAI's convention: {@code promptTokens} includes cached input, cache
 * writes and tool-use prompts, {@code completionTokens} includes reasoning. Null is unknown; a count that cannot be
 * (negative, not a whole number) is unknown too.
 *
 * @param cachedTokens input read from the provider's cache
 * @param cacheWriteTokens input written to the cache, five-minute and one-hour writes together
 * @param cacheWrite1hTokens the part of {@code cacheWriteTokens} with a life of one hour (Anthropic)
 * @param reasoningTokens the part of {@code completionTokens} spent on reasoning
 */
public record ReportedUsage(
        @Nullable Long promptTokens,
        @Nullable Long completionTokens,
        @Nullable Long cachedTokens,
        @Nullable Long cacheWriteTokens,
        @Nullable Long cacheWrite1hTokens,
        @Nullable Long reasoningTokens) {

    /** The provider said nothing. */
    public static final ReportedUsage UNKNOWN = new ReportedUsage(null, null, null, null, null, null);
}
