package dev.caravan.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Which core does what: the gateway, or the bare proxy, has the last one for itself, so that what it does in a second is what one
 * core does; provider and callers have the others. Needs Linux, {@code taskset} and two cores; elsewhere the system places
 * everything as it likes.
 */
final class Cores {

    private final List<String> all;

    private Cores(List<String> all) {
        this.all = all;
    }

    static Cores find(boolean pin) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!pin || !Files.isRegularFile(status) || !Files.isExecutable(Path.of("/usr/bin/taskset"))) {
            return new Cores(List.of());
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return new Cores(expand(line.substring(line.indexOf(':') + 1).strip()));
            }
        }
        return new Cores(List.of());
    }

    /** {@code 0-2,5} is 0, 1, 2 and 5. */
    private static List<String> expand(String list) {
        return List.of(list.split(",")).stream()
                .flatMap(range -> {
                    String[] ends = range.split("-");
                    int first = Integer.parseInt(ends[0]);
                    int last = Integer.parseInt(ends[ends.length - 1]);
                    return java.util.stream.IntStream.rangeClosed(first, last).mapToObj(Integer::toString);
                })
                .toList();
    }

    boolean arePinned() {
        return all.size() > 1;
    }

    /** The machine and the JVM, for whoever reads the figures; a warning where others are at work on it. */
    String words(List<String> jvm) {
        int cores = Runtime.getRuntime().availableProcessors();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return "JDK %s, %s, %d cores, %s; JVM options %s.%s"
                .formatted(
                        System.getProperty("java.runtime.version"),
                        System.getProperty("os.arch"),
                        cores,
                        arePinned() ? "gateway and bare proxy on the last one" : "nothing pinned",
                        String.join(" ", jvm),
                        load < cores / 2.0
                                ? ""
                                : " **The machine was busy (load %.1f): run it again on a quiet one.**"
                                        .formatted(load));
    }

    void pinTarget(Process process) throws IOException, InterruptedException {
        pin(process.pid(), all.subList(Math.max(0, all.size() - 1), all.size()));
    }

    void pinLoad() throws IOException, InterruptedException {
        pin(ProcessHandle.current().pid(), all.subList(0, Math.max(0, all.size() - 1)));
    }

    private void pin(long pid, List<String> cores) throws IOException, InterruptedException {
        if (!arePinned()) {
            return;
        }
        int exit = new ProcessBuilder("taskset", "-acp", String.join(",", cores), Long.toString(pid))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("taskset ended with " + exit);
        }
    }
}
