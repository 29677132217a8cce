package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The packaged jar as a process of its own, in a folder of its own with the real routes and catalogue. */
public final class RunningProgram implements AutoCloseable {

    private final Path home;
    private final int port;
    private final Map<String, String> variables = new TreeMap<>();
    private final List<String> jvm = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    /** @param home an empty folder */
    public RunningProgram(Path home) {
        this.home = home;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
            Files.createDirectories(home);
            Files.copy(Path.of("application.properties"), home.resolve("application.properties"));
            for (String folder : List.of("routes", "data")) {
                Files.createDirectory(home.resolve(folder));
            }
            try (Stream<Path> files = Files.list(Path.of("routes"))) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            home.resolve("routes").resolve(file.getFileName().toString()));
                }
            }
            Files.copy(Path.of("data/models_config.json"), home.resolve("data/models_config.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A variable of the environment for each start from now on. */
    public RunningProgram variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** More options of the JVM for each start from now on. */
    public RunningProgram jvm(List<String> options) {
        jvm.addAll(options);
        return this;
    }

    /** Another value in the program's application.properties. */
    RunningProgram property(String name, String value) {
        Path file = home.resolve("application.properties");
        try {
            String before = Files.readString(file);
            assertThat(before).contains("\n" + name + "=");
            Files.writeString(file, before.replaceAll("(?m)^" + name.replace(".", "\\.") + "=.*$", name + "=" + value));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path home() {
        return home;
    }

    public int port() {
        return port;
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** What the last process printed. */
    public String printed() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, and waits until it serves. */
    public Process start() {
        Process process = run();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            assertThat(process.isAlive()).as(printed()).isTrue();
            return printed().contains("Try it:");
        });
        return process;
    }

    /** Starts it, with these arguments and with more variables than those of each start; does not wait. */
    Process run(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(jvm);
        command.addAll(
                List.of("-jar", Path.of("target/caravan.jar").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.endsWith("_API_KEY") || name.endsWith("_BASE_URL"));
        environment.put("GATEWAY_PORT", Integer.toString(port));
        environment.putAll(variables);
        try {
            Process process = builder.directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log().toFile())
                    .start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return home.resolve("log.txt");
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
