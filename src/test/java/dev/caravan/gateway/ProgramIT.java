package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as it is run: the packaged jar, a process of its own, real signals. */
class ProgramIT {

    private static final String CHAT = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @TempDir
    Path home;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private StubProvider stub;
    private RunningProgram program;

    @BeforeEach
    void layOut() {
        stub = StubProvider.start();
        program = new RunningProgram(home)
                .variable("OPENAI_BASE_URL", stub.address() + "/v1")
                .variable("OPENAI_API_KEY", "sk-test-openai");
    }

    @AfterEach
    void end() {
        program.close();
        stub.close();
    }

    @Test
    void starts_answers_and_ends_in_peace() throws Exception {
        Process gateway = program.start();
        assertThat(program.printed())
                .contains("Caravan listens on " + program.address(), "key from OPENAI_API_KEY", "curl -s")
                .contains("no key: set ANTHROPIC_API_KEY");
        stub.always(Reply.ok().delay(Duration.ofMillis(1500)));
        CompletableFuture<HttpResponse<String>> slow = ask();
        await().until(() -> stub.requests() == 1);
        gateway.destroy();
        assertThat(slow.get(20, TimeUnit.SECONDS).statusCode())
                .as("what is in flight ends")
                .isEqualTo(200);
        assertThat(gateway.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.exitValue()).isZero();
        assertThat(statuses()).containsExactly(Map.entry("ok", 1));
    }

    @Test
    void nothing_listens_but_the_one_port() throws Exception {
        Process gateway = program.start();
        assertThat(ask().get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);

        assertThat(listening(gateway.pid())).containsExactly(program.port());
    }

    /** The TCP ports on which a process listens, as Linux tells them. */
    private static Set<Integer> listening(long pid) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = Files.isSymbolicLink(descriptor)
                        ? Files.readSymbolicLink(descriptor).toString()
                        : "";
                if (target.startsWith("socket:[")) {
                    sockets.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        }
        Set<Integer> ports = new HashSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns[3].equals("0A") && sockets.contains(columns[9])) {
                    ports.add(Integer.parseInt(columns[1].substring(columns[1].indexOf(':') + 1), 16));
                }
            }
        }
        return ports;
    }

    @Test
    void reads_dot_env_and_lets_the_environment_win() throws Exception {
        Files.writeString(
                home.resolve(".env"),
                "# keys\nexport ANTHROPIC_API_KEY=\"sk-ant-test\"\nANTHROPIC_BASE_URL=" + stub.address()
                        + "\nOPENAI_API_KEY=not-this-one\nGATEWAY_PORT=1\n");
        program.start();
        assertThat(program.printed()).contains("key from ANTHROPIC_API_KEY");
        assertThat(ask().get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void a_taken_port_ends_the_start() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new java.net.InetSocketAddress("127.0.0.1", program.port()));
            assertThat(failedStart(Map.of())).contains("cannot listen on 127.0.0.1:" + program.port());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"price_unit\": \"per_1k_tokens\" | \"price_unit\": \"per_million\"  | price_unit",
                "\"currency\": \"USD\"             | \"currency\": \"EUR\"            | currency",
                "\"provider\": \"openai\"          | \"provider\": \"openia\"         | provider must be one of",
                "\"input\": 0.0005                 | \"input\": -1                    | pricing.input",
                "\"models\":                       | \"models\" {                     | models_config.json"
            })
    void a_mistake_in_the_catalogue_ends_the_start_with_one_line(String right, String wrong, String told)
            throws Exception {
        Path file = home.resolve("data/models_config.json");
        String before = Files.readString(file);
        assertThat(before).contains(right.strip());
        Files.writeString(file, before.replace(right.strip(), wrong.strip()));
        assertThat(failedStart(Map.of())).contains("models_config.json", told);
    }

    @ParameterizedTest
    @CsvSource({
        "GATEWAY_PORT,eighty,gateway.port",
        "GATEWAY_PORT,70000,GATEWAY_PORT",
        "USAGE_DB_URL,jdbc:oracle:x,jdbc:oracle",
        "USAGE_DB_URL,jdbc:sqlite::memory:,USAGE_DB_URL",
        "MODELS_CONFIG,nowhere.json,nowhere.json"
    })
    void a_mistake_in_a_variable_ends_the_start_with_one_line(String name, String value, String told) throws Exception {
        assertThat(failedStart(Map.of(name, value))).contains(told);
    }

    @Test
    void a_file_that_is_no_database_is_not_touched() throws Exception {
        Path file = home.resolve("data/usage.db");
        Files.writeString(file, "my diary");
        assertThat(failedStart(Map.of())).contains("usage.db");
        assertThat(Files.readString(file)).isEqualTo("my diary");
    }

    private String failedStart(Map<String, String> variables) throws Exception {
        variables.forEach(program::variable);
        Process process = program.run();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        String said = program.printed();
        assertThat(said.strip().lines()).as(said).hasSize(1);
        assertThat(said).startsWith("Caravan cannot start: ").doesNotContain("Exception", "\tat ");
        return said;
    }

    private CompletableFuture<HttpResponse<String>> ask() {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create(program.address() + "/api/chat/completions"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Map<String, Integer> statuses() throws Exception {
        Map<String, Integer> statuses = new TreeMap<>();
        try (Connection ledger = ledger();
                ResultSet row = ledger.createStatement()
                        .executeQuery("select status, count(*) from session_usage group by status")) {
            while (row.next()) {
                statuses.put(row.getString(1), row.getInt(2));
            }
        }
        return statuses;
    }

    private Connection ledger() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + home.resolve("data/usage.db"));
    }
}
