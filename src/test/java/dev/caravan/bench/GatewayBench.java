package dev.caravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged gateway beside a {@link BareProxy} and beside the provider itself, in one run and in turns, so that a busy machine
 * is busy for all of them: what counts are the ratios.
 */
public final class GatewayBench {

    private static final Path REPORT = Path.of("target/bench.md");
    private static final String GATEWAY = "Caravan";
    private static final int MOST_CYCLES = 6;
    private static final double NO_FASTER = 0.93;
    private static final double LEAD_SECONDS = 0.3;

    private final Plan plan;
    private final Cores cores;
    private final Provider provider = new Provider();
    private long numbers = 1;
    private long gatewayAnswers;

    private GatewayBench(Plan plan) throws IOException {
        this.plan = plan;
        this.cores = Cores.find(plan.pin());
    }

    /** Prints the report; exit 1 where an answer was wrong or is not in the ledger. */
    public static void main(String[] arguments) throws Exception {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
        Report report = run(Plan.of(arguments));
        Files.writeString(REPORT, report.markdown());
        System.out.println(report.markdown());
        System.exit(report.isRight() ? 0 : 1);
    }

    static Report run(Plan plan) throws Exception {
        GatewayBench bench = new GatewayBench(plan);
        try (Provider ends = bench.provider) {
            return bench.run();
        }
    }

    private Report run() throws Exception {
        String where = cores.words(plan.jvm());
        List<String> jvm = new ArrayList<>(plan.jvm());
        if (cores.arePinned()) {
            // So that a JVM lays itself out for the core that it gets.
            jvm.add("-XX:ActiveProcessorCount=1");
        }
        try (BareProcess proxy = new BareProcess(jvm, provider.port());
                GatewayProcess gateway = new GatewayProcess(jvm, provider.port())) {
            List<Target> targets = List.of(
                    new Target("direct", provider.port(), null),
                    new Target("bare proxy", proxy.port(), proxy.process()),
                    new Target(GATEWAY, gateway.port(), gateway.process()));
            try {
                Map<Scenario, List<Sample>> samples = measure(targets);
                String memory = "bare proxy %d MB, Caravan %d MB"
                        .formatted(
                                targets.get(1).peakMegabytes(), targets.get(2).peakMegabytes());
                boolean sound = Ledger.isSound(gateway.port());
                return new Report(samples, where, memory, gatewayAnswers, gateway.end(), sound);
            } catch (Exception e) {
                throw gateway.explained(e);
            }
        }
    }

    private Map<Scenario, List<Sample>> measure(List<Target> targets) throws Exception {
        List<Scenario> scenarios = Scenario.all(plan.streams());
        for (Target target : targets) {
            warm(target, scenarios);
        }
        cores.pinLoad();
        for (Target target : targets) {
            target.pin(cores);
        }
        Map<Scenario, List<Sample>> samples = new LinkedHashMap<>();
        for (Scenario scenario : scenarios) {
            samples.put(scenario, rounds(targets, scenario));
        }
        return samples;
    }

    /** Goes through all scenarios until that makes a process no faster any more. */
    private void warm(Target target, List<Scenario> scenarios) throws Exception {
        double before = Double.POSITIVE_INFINITY;
        for (int cycle = 1; plan.warmSeconds() > 0 && cycle <= MOST_CYCLES; cycle++) {
            double cpuMicros = 0;
            for (Scenario scenario : scenarios) {
                cpuMicros += window(target, scenario, plan.warmSeconds()).cpuMicros();
            }
            say("warming %s: %.0f us".formatted(target.name(), cpuMicros));
            if (!target.isProcess() || (cycle > 1 && cpuMicros > before * NO_FASTER)) {
                return;
            }
            before = cpuMicros;
        }
    }

    private List<Sample> rounds(List<Target> targets, Scenario scenario) throws Exception {
        List<List<Sample>> seen = new ArrayList<>();
        targets.forEach(target -> seen.add(new ArrayList<>()));
        for (int round = 1; round <= plan.rounds(); round++) {
            for (int i = 0; i < targets.size(); i++) {
                Sample sample = window(targets.get(i), scenario, plan.seconds());
                say("%s, round %d, %s: %,.0f/s, CPU %.1f us, p50 %,.0f us, p99 %,.0f us, errors %d"
                        .formatted(
                                scenario.name(),
                                round,
                                targets.get(i).name(),
                                sample.perSecond(),
                                sample.cpuMicros(),
                                sample.p50Micros(),
                                sample.p99Micros(),
                                sample.errors()));
                seen.get(i).add(sample);
            }
        }
        return seen.stream().map(Sample::median).toList();
    }

    private Sample window(Target target, Scenario scenario, double seconds) throws Exception {
        long requests = provider.requests();
        Duration before = target.cpu();
        Tally tally;
        try (Callers callers = new Callers(scenario, target.port(), numbers)) {
            long lead = scenario.stepNanos() * scenario.connections() + (long) (LEAD_SECONDS * 1e9);
            tally = callers.run(lead, (long) (seconds * 1e9));
        }
        target.awaitIdle();
        numbers += tally.askedTotal();
        if (target.name().equals(GATEWAY)) {
            gatewayAnswers += tally.answeredTotal();
        }
        if (tally.errors() > 0) {
            say("%d errors, the last with status %d".formatted(tally.errors(), tally.lastWrongStatus()));
        }
        long repeated = provider.requests() - requests - tally.askedTotal();
        return Sample.of(scenario, tally, target.cpu().minus(before), repeated);
    }

    private static void say(String words) {
        System.err.println(words);
    }
}
