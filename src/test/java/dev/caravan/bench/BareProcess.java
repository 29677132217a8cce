package dev.caravan.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link BareProxy} in a process of its own. */
final class BareProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    /**
     * Starts it, and waits until it listens.
     *
     * @param jvm options
     */
    BareProcess(List<String> jvm, int upstreamPort) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), BareProxy.class.getName(), "" + upstreamPort));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the bare proxy does not start");
        }
        port = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
    }

    Process process() {
        return process;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
