package dev.caravan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The benchmark itself, so short that its times mean nothing; what it says of right and wrong does. */
class GatewayBenchIT {

    @Test
    void every_answer_is_its_callers_own_and_in_the_ledger_once() throws Exception {
        Report report = GatewayBench.run(Plan.of("warm=0", "seconds=0.4", "rounds=1", "streams=60", "pin=false"));

        assertThat(report.isRight()).as(report.markdown()).isTrue();
        assertThat(report.answers()).isPositive();
        assertThat(report.samples())
                .hasSize(5)
                .allSatisfy((scenario, targets) -> assertThat(targets).hasSize(3));
        for (int target = 0; target < 3; target++) {
            int one = target;
            assertThat(report.samples().values().stream()
                            .mapToDouble(targets -> targets.get(one).perSecond())
                            .sum())
                    .as("a scenario alone may be too short for a busy machine")
                    .isPositive();
        }
        assertThat(report.markdown())
                .contains("| OpenAI to Anthropic, 32 connections | direct |", "| OpenAI, 60 streams | direct |")
                .contains("rows, audit: sound.");
    }
}
