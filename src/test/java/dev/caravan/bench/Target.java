package dev.caravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Who is asked. */
final class Target {

    private static final Path PROC = Path.of("/proc");

    private final String name;
    private final int port;
    private final Process process;

    /** @param process null: it is the provider itself, asked without anybody between */
    Target(String name, int port, Process process) {
        this.name = name;
        this.port = port;
        this.process = process;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    boolean isProcess() {
        return process != null;
    }

    /** All threads since the start, in the program and in the kernel; zero without a process. */
    Duration cpu() {
        return process == null
                ? Duration.ZERO
                : process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * Waits until it does nothing any more, five seconds at most: what it puts off, such as writing the ledger's rows, belongs to
     * the requests that caused it.
     */
    void awaitIdle() throws InterruptedException {
        int idle = 0;
        Duration before = cpu();
        for (int look = 0; process != null && idle < 2 && look < 50; look++) {
            Thread.sleep(100);
            Duration now = cpu();
            idle = now.minus(before).toMillis() <= 10 ? idle + 1 : 0;
            before = now;
        }
    }

    /** Gives its process the core that is meant for it. */
    void pin(Cores cores) throws IOException, InterruptedException {
        if (process != null) {
            cores.pinTarget(process);
        }
    }

    /** The most memory it ever had, in MB; -1 where the system does not tell. */
    long peakMegabytes() throws IOException {
        Path status = process == null ? PROC : PROC.resolve(process.pid() + "/status");
        if (!Files.isRegularFile(status)) {
            return -1;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return -1;
    }
}
