package dev.caravan.catalog;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prices in USD per 1,000 tokens.
 *
 * @param cachedInput input read from the provider's cache; null: the price of fresh input
 * @param cacheWrite input written to the cache; null: the price of fresh input
 * @param cacheWrite1h written with a life of one hour; null: the price of {@code cacheWrite}
 * @param tiers by rising threshold; empty: none
 */
public record Pricing(
        BigDecimal input,
        BigDecimal output,
        @Nullable BigDecimal cachedInput,
        @Nullable BigDecimal cacheWrite,
        @Nullable BigDecimal cacheWrite1h,
        List<Tier> tiers) {

    /**
     * The rates of a whole request whose prompt is longer than the threshold. A rate that a tier leaves out falls back inside
     * the tier (to its input price), never to the cheaper base rates.
     *
     * @param aboveInputTokens applies when {@code prompt_tokens} is greater than this
     */
    public record Tier(
            long aboveInputTokens,
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal cacheWrite1h) {}

    public Pricing {
        tiers = List.copyOf(tiers);
    }

    /** The rates for a prompt of that many tokens: those of the highest tier that it exceeds, else these. */
    public Pricing at(long promptTokens) {
        Pricing rates = this;
        for (Tier tier : tiers) {
            if (promptTokens > tier.aboveInputTokens()) {
                rates = new Pricing(
                        tier.input(),
                        tier.output(),
                        tier.cachedInput(),
                        tier.cacheWrite(),
                        tier.cacheWrite1h(),
                        List.of());
            }
        }
        return rates;
    }
}
