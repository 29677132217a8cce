package dev.caravan.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one window showed, or the median of several.
 *
 * @param perSecond whole answers, or of streams their pieces
 * @param cpuMicros for each of them; NaN without a process
 * @param p50Micros of an answer from its question on, or of a piece of a stream from the provider's write to the caller's read
 * @param p99Micros likewise
 * @param errors wrong, missing, mixed up or repeated
 */
record Sample(double perSecond, double cpuMicros, double p50Micros, double p99Micros, long errors) {

    static Sample of(Scenario scenario, Tally tally, Duration cpu, long repeated) {
        long answers = tally.answeredTotal() * (scenario.stream() ? Samples.CHUNKS : 1);
        Times times = scenario.stream() ? tally.delays() : tally.latencies();
        return new Sample(
                times.count() / tally.seconds(),
                cpu.isZero() ? Double.NaN : cpu.toNanos() / 1e3 / answers,
                times.percentileMicros(50),
                times.percentileMicros(99),
                tally.errors() + Math.abs(repeated));
    }

    /** Each figure's own median; of the errors all. */
    static Sample median(List<Sample> rounds) {
        return new Sample(
                median(rounds, Sample::perSecond),
                median(rounds, Sample::cpuMicros),
                median(rounds, Sample::p50Micros),
                median(rounds, Sample::p99Micros),
                rounds.stream().mapToLong(Sample::errors).sum());
    }

    private static double median(List<Sample> rounds, ToDoubleFunction<Sample> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
    }
}
