package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container does with the image, as processes: the Dockerfile's own words, its health check, and SIGTERM. */
class ContainerIT {

    private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");

    /** The image's JDK, the first with these options. */
    private static final int AOT = 25;

    @TempDir
    Path folder;

    private final Map<String, String> image = new HashMap<>();
    private RunningProgram program;

    @BeforeEach
    void layOut() throws IOException {
        program = new RunningProgram(folder.resolve("home"));
        Files.createSymbolicLink(
                program.home().resolve("target"), Path.of("target").toAbsolutePath());
    }

    @AfterEach
    void end() throws IOException {
        program.close();
        Files.delete(program.home().resolve("target"));
    }

    /** A line of the Dockerfile that is a list of words, without the first one, which is java. */
    private static List<String> words(String instruction) throws IOException {
        Matcher line =
                Pattern.compile("(?s)" + instruction + "\\s[^\\[]*?(\\[.*?])").matcher(Files.readString(DOCKERFILE));
        assertThat(line.find()).as(instruction).isTrue();
        List<String> words = new ArrayList<>();
        for (JsonNode word : new ObjectMapper().readTree(line.group(1))) {
            words.add(word.asText());
        }
        assertThat(words.remove(0)).isEqualTo("java");
        if (Runtime.version().feature() < AOT) {
            words.removeIf(word -> word.contains("AOT") || word.startsWith("-Xlog:aot"));
        }
        return words;
    }

    private Process java(List<String> words) throws IOException {
        List<String> command = new ArrayList<>(words);
        command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(image);
        builder.environment().put("GATEWAY_PORT", Integer.toString(program.port()));
        return builder.directory(program.home().toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("printed.txt").toFile())
                .start();
    }

    private int health() throws Exception {
        Process check = java(words("HEALTHCHECK"));
        assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return check.exitValue();
    }

    /** What the image's build does last, in a folder like its own, with the variables that are set by then. */
    private void train() throws Exception {
        Path catalogue = Path.of("config/models_config.json");
        Files.createDirectories(program.home().resolve("config"));
        Files.move(
                program.home().resolve("data/models_config.json"),
                program.home().resolve(catalogue));
        String before = Files.readString(DOCKERFILE).split("\nRUN \\[")[0];
        Matcher variable = Pattern.compile("(?m)^ENV (.*)$").matcher(before);
        while (variable.find()) {
            for (String pair : variable.group(1).split(" ")) {
                image.put(pair.split("=")[0], pair.split("=")[1]);
            }
        }
        assertThat(before).contains("COPY data/models_config.json ./" + catalogue);
        assertThat(image).containsKeys("GATEWAY_HOST", "MODELS_CONFIG");
        Process rehearsal = java(words("RUN"));
        assertThat(rehearsal.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("printed.txt"))).contains("Caravan has rehearsed");
        assertThat(rehearsal.exitValue()).isZero();
        // Beyond loopback it would want a gateway key first.
        image.put("GATEWAY_HOST", "127.0.0.1");
    }

    @Test
    void starts_with_the_images_words_tells_its_health_and_ends_in_peace() throws Exception {
        train();
        Process gateway = java(words("ENTRYPOINT"));
        try {
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.readString(folder.resolve("printed.txt")).contains("Try it:"));
            assertThat(Files.readString(folder.resolve("printed.txt"))).startsWith("\nCaravan listens");
            // It prints into the same file from here on.
            assertThat(health()).isZero();
            assertThat(Files.readString(folder.resolve("printed.txt"))).contains("/health/ready answers 200");

            gateway.destroy();
            assertThat(gateway.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.exitValue()).isZero();
            assertThat(health()).isEqualTo(1);
            assertThat(Files.readString(folder.resolve("printed.txt"))).contains("does not answer");
        } finally {
            gateway.destroyForcibly();
        }
    }

    @Test
    void asks_over_https_where_the_gateway_speaks_it() throws Exception {
        TestCertificate certificate = TestCertificate.make(folder.resolve("tls"), "EC");
        Files.writeString(
                program.home().resolve(".env"),
                "GATEWAY_TLS_CERT=" + certificate.certificate() + "\nGATEWAY_TLS_KEY=" + certificate.key() + "\n");
        program.start();

        assertThat(health()).isZero();
        assertThat(Files.readString(folder.resolve("printed.txt"))).contains("https://127.0.0.1");
    }
}
