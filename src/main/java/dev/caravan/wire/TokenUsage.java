package dev.caravan.wire;

/**
 * The token counts that a request is billed by; all at least 0, all known. The convention is OpenAI's, see {@link
 * ReportedUsage}. Cached, written and fresh input are disjoint parts of {@code promptTokens}.
 */
public record TokenUsage(
        long promptTokens,
        long completionTokens,
        long cachedTokens,
        long cacheWriteTokens,
        long cacheWrite1hTokens,
        long reasoningTokens,
        UsageSource source) {

    /** Nothing was used. */
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0, UsageSource.NONE);

    public TokenUsage {
        if (promptTokens < 0
                || completionTokens < 0
                || cachedTokens < 0
                || cacheWrite1hTokens < 0
                || cacheWriteTokens < cacheWrite1hTokens
                || reasoningTokens < 0) {
            throw new IllegalArgumentException("a token count is negative");
        }
        if (cachedTokens + cacheWriteTokens > promptTokens || reasoningTokens > completionTokens) {
            throw new IllegalArgumentException("a part is larger than its whole");
        }
    }

    public long totalTokens() {
        return Math.addExact(promptTokens, completionTokens);
    }
}
