package dev.caravan.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.caravan.route.Environment;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Properties;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * Starts the gateway of this folder and stops it again, beside one that runs: with its routes, catalogue, settings and
 * certificate, but on a port of its own and with a ledger that is thrown away. No provider is called; where the demo model is
 * in the catalogue, it is asked in each way, so that a JVM which writes an archive of what it has loaded has seen a request.
 */
final class CheckCommand {

    private static final int WRONG = 1;
    private static final int TIMES = 20;
    private static final String[] WAYS = {"/api/chat/completions", "/v1/chat/completions", "/v1/messages"};

    private final Environment environment;
    private final Path propertiesFile;
    private final Settings settings;

    CheckCommand(Environment environment, Path propertiesFile, Settings settings) {
        this.environment = environment;
        this.propertiesFile = propertiesFile;
        this.settings = settings;
    }

    /** @return the exit code: 0 where the gateway can start, else 1, and one line says why not */
    int run(PrintStream out, PrintStream err) {
        try {
            TlsFiles.read(settings, Clock.systemUTC());
            Path scratch = Files.createTempDirectory("caravan-check");
            try {
                return run(new Gateway(environment, propertiesFile, apart(scratch)), out);
            } finally {
                FileSystemUtils.deleteRecursively(scratch.toFile());
            }
        } catch (Exception | LinkageError e) {
            err.println(StartFailure.oneLine(e));
            return WRONG;
        }
    }

    private static int run(Gateway gateway, PrintStream out) throws Exception {
        // A line for each request is nobody's business here.
        ((Logger) LoggerFactory.getLogger("dev.caravan.requests")).setLevel(Level.OFF);
        gateway.start();
        try {
            boolean answered = ask("http://127.0.0.1:" + gateway.port());
            out.println("Caravan can start" + (answered ? ", and its demo model answers" : ""));
            return 0;
        } finally {
            gateway.stop();
        }
    }

    /** What it must not share with the gateway that it may run beside. */
    static Properties apart(Path scratch) {
        Properties own = new Properties();
        own.setProperty("gateway.host", "127.0.0.1");
        own.setProperty("gateway.port", "0");
        own.setProperty("gateway.keys", "off");
        own.setProperty("gateway.tls.certificate", "");
        own.setProperty("gateway.tls.key", "");
        own.setProperty("jolokia.port", "");
        own.setProperty("usage.db-url", "jdbc:sqlite:" + scratch.resolve("usage.db"));
        own.setProperty("usage.journal-dir", scratch.resolve("journal").toString());
        own.setProperty("usage.kafka.enabled", "false");
        return own;
    }

    /** @return whether there is a demo model; it is no mistake to have none */
    private static boolean ask(String address) throws IOException {
        for (int i = 0; i < TIMES; i++) {
            for (String way : WAYS) {
                int status = post(address + way, i % 2 == 1);
                if (status == HttpURLConnection.HTTP_NOT_FOUND) {
                    return false;
                }
                if (status != HttpURLConnection.HTTP_OK) {
                    throw new IOException("the demo model answers " + status + " at " + way);
                }
            }
        }
        return true;
    }

    private static int post(String uri, boolean stream) throws IOException {
        return RehearseCommand.post(
                uri,
                "{\"model\":\"demo\",\"max_tokens\":60,\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}");
    }
}
