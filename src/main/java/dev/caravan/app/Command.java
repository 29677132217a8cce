package dev.caravan.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.route.Environment;
import dev.caravan.usage.Audit;
import dev.caravan.usage.AuditReport;
import dev.caravan.usage.LedgerSource;
import dev.caravan.usage.Rebuild;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/** What the program does with the ledger and its keys when it is no gateway. It reads the same settings. */
final class Command {

    private static final String USAGE = """
            java -jar caravan.jar            starts the gateway
            java -jar caravan.jar audit      proves the ledger; exit 0: sound, 1: not sound, 2: it cannot be read
            java -jar caravan.jar rebuild    makes the days and months of the ledger anew from its rows; exit 0, or 2
            java -jar caravan.jar keys       adds, lists and revokes gateway keys, see keys --help
            java -jar caravan.jar health     asks the gateway of this folder whether it takes requests; exit 0: yes, 1: no
            java -jar caravan.jar check      starts the gateway of this folder apart from the running one, and stops it; exit 0: it can
                                             start, 1: it cannot, and why
            java -jar caravan.jar rehearse   calls it, so started, for 3 s with a stand-in for the providers: for a JVM that
                                             writes an archive of what it has loaded
            java -jar caravan.jar --help     prints this
            """;

    private static final int UNSOUND = 1;
    private static final int FAILED = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Map<String, String> variables;

    /** @param folder where {@code application.properties} and {@code .env} are; the working directory */
    Command(Path folder, Map<String, String> variables) {
        this.folder = folder;
        this.variables = variables;
    }

    /** @return the exit code */
    int run(List<String> arguments, PrintStream out, PrintStream err) throws InterruptedException {
        String word = arguments.get(0);
        if (arguments.size() > 1 && !word.equals("keys")) {
            err.println("Caravan takes one word at most, see --help");
            return FAILED;
        }
        try {
            switch (word) {
                case "audit" -> {
                    AuditReport report = new Audit(source(), null, Duration.ZERO, Clock.systemUTC()).run();
                    print(out, report.json());
                    return report.sound() ? 0 : UNSOUND;
                }
                case "rebuild" -> print(out, new Rebuild(source()).run().json());
                case "keys" -> {
                    return new KeyCommand(this::databaseUrl, Clock.systemUTC())
                            .run(arguments.subList(1, arguments.size()), out, err);
                }
                case "health" -> {
                    return new HealthCommand(settings()).run(out);
                }
                case "check" -> {
                    return new CheckCommand(environment(), propertiesFile(), settings()).run(out, err);
                }
                case "rehearse" -> {
                    return new RehearseCommand(variables, propertiesFile()).run(out, err);
                }
                case "--help", "-h", "help" -> out.print(USAGE);
                default -> {
                    err.println("Caravan does not know the word \"" + word + "\", see --help");
                    return FAILED;
                }
            }
            return 0;
        } catch (RuntimeException e) {
            err.println(StartFailure.oneLine("Caravan cannot " + word, e));
            return FAILED;
        }
    }

    /** Like the answers over HTTP: UTF-8, on one line. */
    private static void print(PrintStream out, ObjectNode json) {
        try {
            byte[] line = (JSON.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
            out.write(line, 0, line.length);
            out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private LedgerSource source() {
        return new LedgerSource(databaseUrl());
    }

    private String databaseUrl() {
        return settings().text("usage.db-url");
    }

    private Environment environment() {
        return new Environment(DotEnv.read(folder.resolve(".env")), variables);
    }

    private Path propertiesFile() {
        return folder.resolve("application.properties");
    }

    private Settings settings() {
        Path properties = propertiesFile();
        if (!Files.isReadable(properties)) {
            throw new StartFailure(properties + " must be in the working directory");
        }
        CamelContext camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addPropertiesFunction(new EnvFunction(environment()));
        camel.getPropertiesComponent().setLocation("file:" + properties);
        return new Settings(camel);
    }
}
