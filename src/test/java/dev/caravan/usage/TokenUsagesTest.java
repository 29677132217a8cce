package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.util.function.LongSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.WithNull;
import org.junit.jupiter.api.Test;

class TokenUsagesTest {

    private static final LongSupplier NOT_ASKED = () -> {
        throw new AssertionError("an estimate was asked for");
    };

    @Test
    void takes_the_counts_of_the_provider_as_facts_without_asking_for_an_estimate() {
        assertThat(TokenUsages.of(new ReportedUsage(100L, 50L, 40L, 30L, 10L, 20L), NOT_ASKED, NOT_ASKED))
                .isEqualTo(new TokenUsage(100, 50, 40, 30, 10, 20, UsageSource.PROVIDER));
    }

    @Test
    void estimates_a_missing_or_negative_count_and_says_so() {
        assertThat(TokenUsages.of(new ReportedUsage(null, 50L, null, null, null, null), () -> 7, NOT_ASKED))
                .isEqualTo(new TokenUsage(7, 50, 0, 0, 0, 0, UsageSource.ESTIMATED));
        assertThat(TokenUsages.of(new ReportedUsage(10L, -1L, null, null, null, null), NOT_ASKED, () -> 9))
                .isEqualTo(new TokenUsage(10, 9, 0, 0, 0, 0, UsageSource.ESTIMATED));
    }

    @Test
    void an_estimated_whole_is_never_less_than_the_parts_that_are_known() {
        assertThat(TokenUsages.of(new ReportedUsage(null, null, 500L, 100L, null, 30L), () -> 7, () -> 9))
                .isEqualTo(new TokenUsage(600, 39, 500, 100, 0, 30, UsageSource.ESTIMATED));
    }

    @Test
    void cuts_parts_that_are_larger_than_their_whole() {
        assertThat(TokenUsages.of(new ReportedUsage(100L, 10L, 80L, 50L, 40L, 11L), NOT_ASKED, NOT_ASKED))
                .isEqualTo(new TokenUsage(100, 10, 80, 20, 20, 10, UsageSource.PROVIDER));
    }

    @Test
    void takes_an_hour_write_alone_for_all_that_was_written() {
        assertThat(TokenUsages.of(new ReportedUsage(100L, 0L, null, null, 30L, null), NOT_ASKED, NOT_ASKED)
                        .cacheWriteTokens())
                .isEqualTo(30);
    }

    @Property
    void never_throws_and_keeps_what_the_provider_reported_as_a_whole(
            @ForAll @WithNull Long prompt,
            @ForAll @WithNull Long completion,
            @ForAll @WithNull Long cached,
            @ForAll @WithNull Long write,
            @ForAll @WithNull Long write1h,
            @ForAll @WithNull Long reasoning,
            @ForAll long promptEstimate,
            @ForAll long completionEstimate) {
        TokenUsage usage = TokenUsages.of(
                new ReportedUsage(prompt, completion, cached, write, write1h, reasoning),
                () -> promptEstimate,
                () -> completionEstimate);

        if (usage.source() == UsageSource.PROVIDER) {
            assertThat(usage.promptTokens()).isEqualTo(prompt);
            assertThat(usage.completionTokens()).isEqualTo(completion);
        }
        assertThat(usage.totalTokens()).isNotNegative();
    }
}
