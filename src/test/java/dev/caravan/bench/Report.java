package dev.caravan.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The outcome, as Markdown.
 *
 * @param samples by scenario, then by target: direct, the bare proxy, the gateway
 * @param where the machine and the JVM, in words
 * @param memory the peak of each process, in words
 * @param answers that the gateway gave, the warm-up's included
 * @param rows that its ledger has of them
 * @param sound what the gateway's audit says of its ledger
 */
record Report(
        Map<Scenario, List<Sample>> samples, String where, String memory, long answers, long rows, boolean sound) {

    private static final String[] TARGETS = {"direct", "bare proxy", "Caravan"};

    /** Whether every answer was right and is in the ledger. */
    boolean isRight() {
        return sound
                && answers == rows
                && samples.values().stream().flatMap(List::stream).allMatch(sample -> sample.errors() == 0);
    }

    String markdown() {
        StringBuilder text = new StringBuilder(where).append("\n\n");
        table(text, false, "answers/s | CPU us/answer | p50 us | p99 us");
        text.append('\n');
        table(text, true, "pieces/s | CPU us/piece | delay p50 us | delay p99 us");
        text.append("\nPeak memory: ").append(memory).append(".\n");
        text.append(
                format("Ledger: %,d answers, %,d rows, audit: %s.%n", answers, rows, sound ? "sound" : "NOT SOUND"));
        return text.toString();
    }

    private void table(StringBuilder text, boolean streams, String columns) {
        text.append("| | | ").append(columns).append(" | errors |\n|---|---|--:|--:|--:|--:|--:|\n");
        samples.forEach((scenario, targets) -> {
            if (scenario.stream() == streams) {
                for (int i = 0; i < targets.size(); i++) {
                    row(text, i == 0 ? scenario.name() : "", TARGETS[i], targets.get(i), targets.get(0), i > 0);
                }
                ratio(text, targets.get(targets.size() - 2), targets.get(targets.size() - 1));
            }
        });
    }

    private static void row(
            StringBuilder text, String scenario, String target, Sample sample, Sample direct, boolean between) {
        text.append(format(
                "| %s | %s | %,.0f | %s | %s | %s | %d |%n",
                scenario,
                target,
                sample.perSecond(),
                Double.isNaN(sample.cpuMicros()) ? "" : format("%.1f", sample.cpuMicros()),
                micros(sample.p50Micros(), direct.p50Micros(), between),
                micros(sample.p99Micros(), direct.p99Micros(), between),
                sample.errors()));
    }

    /** What somebody between adds to it; of the provider itself all of it. */
    private static String micros(double micros, double direct, boolean between) {
        return between ? format("%+,.0f", micros - direct) : format("%,.0f", micros);
    }

    private static void ratio(StringBuilder text, Sample bare, Sample gateway) {
        text.append(format(
                "| | **Caravan / bare proxy** | **%.2f** | **%.2f** | | | |%n",
                gateway.perSecond() / bare.perSecond(), gateway.cpuMicros() / bare.cpuMicros()));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
