package dev.caravan.bench;

import dev.caravan.gateway.RunningProgram;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The packaged gateway beside a {@link BareProxy} and beside the provider itself, in one run and in turns, so that a busy machine
 * is busy for all of them: what counts are the ratios.
 */
public final class GatewayBench {

    private static final Path REPORT = Path.of("target/bench.md");
    private static final String GATEWAY = "Caravan";
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
        try (Provider ends = bench.provider;
                Scratch home = new Scratch("bench-gateway");
                RunningProgram program = bench.gateway(home.folder())) {
            return bench.run(program, home.folder());
        }
    }

    private RunningProgram gateway(Path home) {
        String address = "http://127.0.0.1:" + provider.port();
        return new RunningProgram(home)
                .variable("OPENAI_BASE_URL", address + "/v1")
                .variable("OPENAI_API_KEY", "sk-bench")
                .variable("ANTHROPIC_BASE_URL", address)
                .variable("ANTHROPIC_API_KEY", "sk-bench")
                .variable("GEMINI_BASE_URL", address)
                .variable("GEMINI_API_KEY", "sk-bench");
    }

    private Report run(RunningProgram program, Path home) throws Exception {
        String where = where();
        List<String> jvm = new ArrayList<>(plan.jvm());
        if (cores.arePinned()) {
            // So that a JVM lays itself out for the core that it gets.
            jvm.add("-XX:ActiveProcessorCount=1");
        }
        Process gateway = program.jvm(jvm).start();
        try (BareProcess proxy = new BareProcess(jvm, provider.port())) {
            List<Target> targets = List.of(
                    new Target("direct", provider.port(), null),
                    new Target("bare proxy", proxy.port(), proxy.process().toHandle()),
                    new Target(GATEWAY, program.port(), gateway.toHandle()));
            Map<Scenario, List<Sample>> samples = measure(targets, List.of(proxy.process(), gateway));
            String memory = "bare proxy %d MB, Caravan %d MB"
                    .formatted(targets.get(1).peakMegabytes(), targets.get(2).peakMegabytes());
            boolean sound = Ledger.isSound(program.port());
            gateway.destroy();
            if (!gateway.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the gateway does not end");
            }
            return new Report(samples, where, memory, gatewayAnswers, Ledger.rows(home), sound);
        }
    }

    private Map<Scenario, List<Sample>> measure(List<Target> targets, List<Process> processes) throws Exception {
        List<Scenario> scenarios = Scenario.all(plan.streams());
        warm(targets, scenarios);
        cores.pinLoad();
        for (Process process : processes) {
            cores.pinTarget(process);
        }
        Map<Scenario, List<Sample>> samples = new LinkedHashMap<>();
        for (Scenario scenario : scenarios) {
            samples.put(scenario, rounds(targets, scenario));
        }
        return samples;
    }

    /** The provider is ready soon, the bare proxy later; the gateway has three translators to be compiled. */
    private void warm(List<Target> targets, List<Scenario> scenarios) throws Exception {
        double seconds = plan.warmSeconds() / 8;
        for (Target target : targets) {
            for (Scenario scenario : scenarios) {
                if (seconds > 0) {
                    say("warming %s: %s".formatted(target.name(), scenario.name()));
                    window(target, scenario, scenario == scenarios.get(0) ? seconds : seconds / 2);
                }
            }
            seconds = target.isProcess() ? plan.warmSeconds() : plan.warmSeconds() / 2;
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

    private String where() {
        return "JDK %s, %s, %d cores (load before: %.1f), %s; JVM options %s."
                .formatted(
                        System.getProperty("java.runtime.version"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                        cores.arePinned() ? "gateway and bare proxy on the last one" : "nothing pinned",
                        String.join(" ", plan.jvm()));
    }

    private static void say(String words) {
        System.err.println(words);
    }
}
