package dev.caravan.bench;

import dev.caravan.gateway.RunningProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged jar with its shipped routes, catalogue and settings, in a new folder, with an empty ledger. */
final class GatewayProcess implements AutoCloseable {

    private static final int LAST_LINES = 30;

    private final Scratch home = new Scratch("bench-gateway");
    private final RunningProgram program = new RunningProgram(home.folder());
    private final Process process;

    /**
     * Starts it, and waits until it serves.
     *
     * @param jvm options that win over those it is shipped with
     */
    GatewayProcess(List<String> jvm, int upstreamPort) throws IOException {
        String address = "http://127.0.0.1:" + upstreamPort;
        List<String> options = new ArrayList<>(shipped());
        options.addAll(jvm);
        process = program.jvm(options)
                .variable("OPENAI_BASE_URL", address + "/v1")
                .variable("OPENAI_API_KEY", "sk-bench")
                .variable("ANTHROPIC_BASE_URL", address)
                .variable("ANTHROPIC_API_KEY", "sk-bench")
                .variable("GEMINI_BASE_URL", address)
                .variable("GEMINI_API_KEY", "sk-bench")
                .start();
    }

    /** The JVM's options of caravan.args; its archive is where the build has put it. */
    private static List<String> shipped() throws IOException {
        String target = Path.of("target").toAbsolutePath() + "/";
        return Files.readAllLines(Path.of("target/caravan.args")).stream()
                .filter(line -> line.startsWith("-"))
                .flatMap(options -> Stream.of(options.split(" ")))
                .map(option -> option.replace("=target/", "=" + target))
                .toList();
    }

    Process process() {
        return process;
    }

    int port() {
        return program.port();
    }

    /** The same failure, with the gateway's last words where it has died of it. */
    Exception explained(Exception failure) {
        if (process.isAlive()) {
            return failure;
        }
        List<String> said = program.printed().lines().toList();
        return new IllegalStateException(
                "the gateway ended with " + process.exitValue() + ":\n"
                        + String.join("\n", said.subList(Math.max(0, said.size() - LAST_LINES), said.size())),
                failure);
    }

    /** Ends it in peace, and counts its ledger's rows of answered requests. */
    long end() throws InterruptedException, SQLException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the gateway does not end");
        }
        return Ledger.rows(home.folder());
    }

    @Override
    public void close() throws InterruptedException {
        program.close();
        process.waitFor();
        home.close();
    }
}
