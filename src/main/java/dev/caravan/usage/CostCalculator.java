package dev.caravan.usage;

import dev.caravan.catalog.Pricing;
import dev.caravan.wire.TokenUsage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What a call costs. Input is split into disjoint parts (fresh, read from the cache, written for five minutes, written for
 * one hour), each priced once; input and output are each rounded once, to whole micro-USD, half up. Pure.
 */
public final class CostCalculator {

    /** From "USD per 1,000 tokens" times tokens to micro-USD: times 1,000,000, divided by 1,000. */
    private static final int MICROS_PER_1K_SHIFT = 3;

    private CostCalculator() {}

    /** @throws ArithmeticException only where a cost exceeds nine trillion USD */
    public static Cost cost(TokenUsage usage, Pricing pricing) {
        Pricing rates = pricing.at(usage.promptTokens());
        BigDecimal write5m = or(rates.cacheWrite(), rates.input());
        BigDecimal write1h = or(rates.cacheWrite1h(), write5m);
        long written5mTokens = usage.cacheWriteTokens() - usage.cacheWrite1hTokens();
        long freshTokens = usage.promptTokens() - usage.cachedTokens() - usage.cacheWriteTokens();
        BigDecimal input = part(freshTokens, rates.input())
                .add(part(usage.cachedTokens(), or(rates.cachedInput(), rates.input())))
                .add(part(written5mTokens, write5m))
                .add(part(usage.cacheWrite1hTokens(), write1h));
        return new Cost(micros(input), micros(part(usage.completionTokens(), rates.output())));
    }

    private static BigDecimal part(long tokens, BigDecimal usdPer1k) {
        return usdPer1k.multiply(BigDecimal.valueOf(tokens));
    }

    private static long micros(BigDecimal thousandthsOfUsd) {
        return thousandthsOfUsd
                .movePointRight(MICROS_PER_1K_SHIFT)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    private static BigDecimal or(@Nullable BigDecimal rate, BigDecimal fallback) {
        return rate == null ? fallback : rate;
    }
}
