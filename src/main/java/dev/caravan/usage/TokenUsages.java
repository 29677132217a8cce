package dev.caravan.usage;

import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * From what a provider reported to the counts that a request is billed by. Pure; never throws for any report.
 *
 * <p>A reported whole stands. A part that cannot be (larger than its whole) is cut to what its whole leaves; a part that is
 * missing or negative is 0. Where a whole is missing it is estimated, and is then at least the sum of its reported parts,
 * because those are facts.
 */
public final class TokenUsages {

    /** No request can have more; a larger count is not a count. Keeps every sum of a ledger inside 64 bits. */
    private static final long MOST_TOKENS = 1_000_000_000_000L;

    private TokenUsages() {}

    /**
     * @param promptEstimate tokens; asked only where the provider gave no usable prompt count
     * @param completionEstimate tokens of the visible answer, without reasoning; asked only where the provider gave no usable
     *     completion count
     */
    public static TokenUsage of(ReportedUsage reported, LongSupplier promptEstimate, LongSupplier completionEstimate) {
        boolean promptKnown = possible(reported.promptTokens());
        boolean completionKnown = possible(reported.completionTokens());
        long cached = count(reported.cachedTokens());
        long write1h = count(reported.cacheWrite1hTokens());
        long write = possible(reported.cacheWriteTokens()) ? count(reported.cacheWriteTokens()) : write1h;
        long reasoning = count(reported.reasoningTokens());

        long prompt = promptKnown
                ? count(reported.promptTokens())
                : Math.max(estimate(promptEstimate), Math.min(cached + write, MOST_TOKENS));
        long completion = completionKnown
                ? count(reported.completionTokens())
                : Math.min(estimate(completionEstimate) + reasoning, MOST_TOKENS);

        cached = Math.min(cached, prompt);
        write = Math.min(write, prompt - cached);
        return new TokenUsage(
                prompt,
                completion,
                cached,
                write,
                Math.min(write1h, write),
                Math.min(reasoning, completion),
                promptKnown && completionKnown ? UsageSource.PROVIDER : UsageSource.ESTIMATED);
    }

    private static boolean possible(@Nullable Long tokens) {
        return tokens != null && tokens >= 0 && tokens <= MOST_TOKENS;
    }

    private static long count(@Nullable Long tokens) {
        return tokens != null && possible(tokens) ? tokens : 0;
    }

    private static long estimate(LongSupplier estimate) {
        return Math.max(0, Math.min(estimate.getAsLong(), MOST_TOKENS));
    }
}
