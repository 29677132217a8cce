package dev.caravan.gateway;

import static dev.caravan.gateway.KeyMaker.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateway keys as an operator meets them: the packaged jar, its command line, its refusal to start, its death. */
class KeyProgramIT {

    private static final String CHAT =
            "{\"model\":\"gpt-4o\",\"max_tokens\":1000," + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @TempDir
    Path folder;

    private RunningProgram program;
    private StubProvider stub;

    @BeforeEach
    void layOut() {
        stub = StubProvider.start();
        program = new RunningProgram(folder.resolve("home"))
                .variable("OPENAI_BASE_URL", stub.address() + "/v1")
                .variable("OPENAI_API_KEY", "sk-test-openai");
    }

    @AfterEach
    void end() {
        program.close();
        stub.close();
    }

    private int run(String... arguments) throws InterruptedException {
        Process process = program.run(arguments);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String added(String... arguments) throws InterruptedException {
        String[] all = new String[arguments.length + 2];
        all[0] = "keys";
        all[1] = "add";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        assertThat(run(all)).as(program.printed()).isZero();
        return program.printed()
                .lines()
                .filter(line -> line.startsWith("cv-"))
                .findFirst()
                .orElseThrow();
    }

    private CompletableFuture<HttpResponse<String>> ask(String key) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create(program.address() + "/v1/chat/completions"))
                                .header("Content-Type", "application/json")
                                .headers(bearer(key))
                                .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private long number(String sql) {
        try (Connection ledger = DriverManager.getConnection(
                        "jdbc:sqlite:" + program.home().resolve("data/usage.db"));
                ResultSet row = ledger.createStatement().executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_key_is_added_listed_and_revoked_while_the_gateway_runs_beyond_loopback() throws Exception {
        program.variable("GATEWAY_HOST", "0.0.0.0");
        assertThat(run()).isEqualTo(1);
        assertThat(program.printed().strip().lines()).hasSize(1);
        assertThat(program.printed()).contains("unset GATEWAY_HOST", "keys add --name NAME");

        String key = added(
                "--name",
                "first",
                "--user",
                "ann",
                "--models",
                "gpt-4o,demo",
                "--rpm",
                "100",
                "--tpm=90000",
                "--budget-day",
                "1.5",
                "--budget-month",
                "20",
                "--expires",
                "2999-01-31",
                "--admin");
        program.start();
        assertThat(program.printed()).contains("Gateway keys: needed; there are 1");
        assertThat(ask(key).join().statusCode()).isEqualTo(200);

        assertThat(run("keys", "list")).isZero();
        assertThat(program.printed())
                .contains(
                        KeyMaker.id(key),
                        "first",
                        "ann",
                        "100 rpm, 90000 tpm, 1.5 USD/day, 20 USD/month",
                        "gpt-4o,demo")
                .doesNotContain(key);
        assertThat(run("keys", "revoke", KeyMaker.id(key))).isZero();
        await().atMost(Duration.ofSeconds(5)).until(() -> ask(key).join().statusCode() == 401);
        assertThat(number("select count(*) from gateway_key_change where changed_by like 'command line, %'"))
                .isEqualTo(2);
    }

    @Test
    void what_is_wrong_is_told_in_one_line_that_names_the_option() throws Exception {
        String[][] wrong = {
            {"--name", "keys", "add"},
            {"--budget-day", "keys", "add", "--name", "x", "--budget-day", "0"},
            {"--budget-month", "keys", "add", "--name", "x", "--budget-month=-1"},
            {"--rpm", "keys", "add", "--name", "x", "--rpm", "many"},
            {"--expires", "keys", "add", "--name", "x", "--expires", "2001-01-01"},
            {"--colour", "keys", "add", "--name", "x", "--colour", "red"},
            {"--tpm", "keys", "add", "--name", "x", "--tpm"},
            {"no key of that id", "keys", "revoke", "nobody"},
            {"keys --help", "keys", "steal"},
        };
        for (String[] line : wrong) {
            String[] arguments = java.util.Arrays.copyOfRange(line, 1, line.length);
            assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(program.printed().strip().lines()).as(program.printed()).hasSize(1);
            assertThat(program.printed()).contains(line[0]);
        }
        assertThat(run("keys", "--help")).isZero();
    }

    @Test
    void what_a_killed_gateway_had_reserved_is_free_after_the_next_start_and_what_it_billed_is_charged()
            throws Exception {
        program.variable("GATEWAY_KEYS", "on");
        String key = added("--name", "x", "--user", "ann", "--budget-day", "0.05");
        Process gateway = program.start();
        assertThat(ask(key).join().statusCode()).isEqualTo(200);
        stub.always(Reply.hang());
        CompletableFuture<HttpResponse<String>> hanging = ask(key);
        await().until(() -> number("select count(*) from gateway_key_reservation") == 1 && stub.requests() == 2);
        gateway.destroyForcibly().waitFor();
        hanging.exceptionally(gone -> null).join();

        stub.always(Reply.ok());
        program.start();
        assertThat(number("select count(*) from gateway_key_reservation")).isZero();
        assertThat(number("select day_micros from gateway_key_counter"))
                .isEqualTo(number("select sum(input_cost_micros + output_cost_micros) from session_usage"))
                .isEqualTo(370);
    }
}
