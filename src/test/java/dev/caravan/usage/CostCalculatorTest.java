package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.catalog.Pricing;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CostCalculatorTest {

    private static final Pricing GPT_4_TURBO = pricing("0.01", "0.03", null, null, null);

    @Test
    void charges_the_example_of_the_contract() {
        Cost cost = CostCalculator.cost(Records.usage(150, 220), GPT_4_TURBO);

        assertThat(Cost.usd(cost.inputMicros())).isEqualTo("0.0015");
        assertThat(Cost.usd(cost.outputMicros())).isEqualTo("0.0066");
        assertThat(Cost.usd(cost.totalMicros())).isEqualTo("0.0081");
    }

    @Test
    void charges_cached_tokens_at_the_cached_price_and_not_at_the_full_one() {
        Pricing pricing = pricing("0.003", "0.015", "0.0003", "0.00375", "0.006");
        TokenUsage usage = new TokenUsage(10_000, 0, 6_000, 3_000, 1_000, 0, UsageSource.PROVIDER);

        // 1000 fresh, 6000 cached, 2000 for five minutes, 1000 for an hour
        assertThat(CostCalculator.cost(usage, pricing)).isEqualTo(new Cost(3000 + 1800 + 7500 + 6000, 0));
    }

    @Test
    void charges_parts_without_a_price_of_their_own_as_the_pricing_says() {
        TokenUsage usage = new TokenUsage(4_000, 0, 1_000, 2_000, 1_000, 0, UsageSource.PROVIDER);

        assertThat(CostCalculator.cost(usage, pricing("0.002", "0", null, null, null)))
                .isEqualTo(new Cost(8000, 0));
        assertThat(CostCalculator.cost(usage, pricing("0.002", "0", null, "0.004", null)))
                .isEqualTo(new Cost(2000 + 2000 + 4000 + 4000, 0));
    }

    @Test
    void rounds_the_sum_of_the_input_parts_once() {
        // 0.4 + 0.4 micro-USD: each alone rounds to nothing, both together to one
        Pricing pricing = pricing("0.0004", "0", "0.0004", null, null);
        TokenUsage usage = new TokenUsage(2, 0, 1, 0, 0, 0, UsageSource.PROVIDER);

        assertThat(CostCalculator.cost(usage, pricing)).isEqualTo(new Cost(1, 0));
    }

    @Test
    void rounds_half_a_micro_dollar_up() {
        assertThat(CostCalculator.cost(Records.usage(1, 1), pricing("0.0005", "0.00049999", null, null, null)))
                .isEqualTo(new Cost(1, 0));
    }

    @Test
    void charges_a_prompt_over_the_threshold_wholly_at_the_tier_and_one_on_it_at_the_base() {
        Pricing.Tier tier = new Pricing.Tier(
                200_000, new BigDecimal("0.0025"), new BigDecimal("0.015"), new BigDecimal("0.00025"), null, null);
        Pricing pricing = new Pricing(
                new BigDecimal("0.00125"), new BigDecimal("0.01"), new BigDecimal("0.0001"), null, null, List.of(tier));

        assertThat(CostCalculator.cost(Records.usage(200_000, 1000), pricing)).isEqualTo(new Cost(250_000, 10_000));
        assertThat(CostCalculator.cost(Records.usage(200_001, 1000), pricing)).isEqualTo(new Cost(500_003, 15_000));
        assertThat(CostCalculator.cost(new TokenUsage(200_001, 0, 200_000, 0, 0, 0, UsageSource.PROVIDER), pricing))
                .isEqualTo(new Cost(50_003, 0));
    }

    /** The same in whole numbers: prices in units of 10^-9 USD per 1,000 tokens, so that a part is in units of 10^-6 micro-USD. */
    @Property
    void agrees_with_a_calculation_in_whole_numbers(
            @ForAll @LongRange(max = 10_000_000) long fresh,
            @ForAll @LongRange(max = 10_000_000) long cached,
            @ForAll @LongRange(max = 10_000_000) long written5m,
            @ForAll @LongRange(max = 10_000_000) long written1h,
            @ForAll @LongRange(max = 10_000_000) long completion,
            @ForAll @IntRange(max = 1_000_000_000) int input,
            @ForAll @IntRange(max = 1_000_000_000) int cachedInput,
            @ForAll @IntRange(max = 1_000_000_000) int cacheWrite,
            @ForAll @IntRange(max = 1_000_000_000) int cacheWrite1h,
            @ForAll @IntRange(max = 1_000_000_000) int output) {
        TokenUsage usage = new TokenUsage(
                fresh + cached + written5m + written1h,
                completion,
                cached,
                written5m + written1h,
                written1h,
                0,
                UsageSource.PROVIDER);
        Pricing pricing = new Pricing(
                nano(input), nano(output), nano(cachedInput), nano(cacheWrite), nano(cacheWrite1h), List.of());

        BigInteger parts = product(fresh, input)
                .add(product(cached, cachedInput))
                .add(product(written5m, cacheWrite))
                .add(product(written1h, cacheWrite1h));
        Cost cost = CostCalculator.cost(usage, pricing);

        assertThat(cost).isEqualTo(new Cost(halfUp(parts), halfUp(product(completion, output))));
        assertThat(cost.totalMicros()).isEqualTo(cost.inputMicros() + cost.outputMicros());
    }

    private static BigInteger product(long tokens, int nanoPer1k) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(nanoPer1k));
    }

    /** nano-USD per 1,000 tokens times tokens is a million times the micro-USD. */
    private static long halfUp(BigInteger millionths) {
        return millionths
                .add(BigInteger.valueOf(500_000))
                .divide(BigInteger.valueOf(1_000_000))
                .longValueExact();
    }

    private static BigDecimal nano(int value) {
        return BigDecimal.valueOf(value, 9);
    }

    private static Pricing pricing(String input, String output, String cached, String write, String write1h) {
        return new Pricing(
                new BigDecimal(input), new BigDecimal(output), price(cached), price(write), price(write1h), List.of());
    }

    private static BigDecimal price(String usd) {
        return usd == null ? null : new BigDecimal(usd);
    }
}
