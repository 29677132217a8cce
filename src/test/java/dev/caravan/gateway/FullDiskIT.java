package dev.caravan.gateway;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose disk takes nothing more: the system refuses each write, as it does when the disk is full. */
class FullDiskIT {

    private static final String CHAT = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @TempDir
    Path home;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void nobody_is_billed_for_what_cannot_be_recorded_and_nothing_answered_is_lost() throws Exception {
        try (StubProvider stub = StubProvider.start();
                RunningProgram program = new RunningProgram(home.resolve("gateway"))
                        .variable("OPENAI_BASE_URL", stub.address() + "/v1")
                        .variable("OPENAI_API_KEY", "sk-test-openai")) {
            Process gateway = program.start();
            assertThat(post(program).join().statusCode()).isEqualTo(200);
            stub.next(Reply.ok().delay(Duration.ofSeconds(2)));
            CompletableFuture<HttpResponse<String>> slow = post(program);
            await().until(() -> stub.requests() == 2);

            limitFiles(gateway, "0");
            HttpResponse<String> refused = post(program).join();
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("ledger_unavailable");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(stub.requests()).as("the provider is not called").isEqualTo(2);
            assertThat(slow.get(20, TimeUnit.SECONDS).statusCode())
                    .as("what was under way keeps its answer")
                    .isEqualTo(200);
            HttpResponse<String> health = get(program, "/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("\"journal\":\"unavailable\"", "\"in_memory_records\":\"1\"");
            assertThat(get(program, "/health/live").statusCode()).isEqualTo(200);

            limitFiles(gateway, "unlimited");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> get(program, "/health").statusCode() == 200);
            assertThat(post(program).join().statusCode()).isEqualTo(200);
            assertThat(get(program, "/api/usage/daily").body()).contains("\"request_count\":3");
            gateway.destroy();
            assertThat(gateway.waitFor(30, TimeUnit.SECONDS)).isTrue();
            try (Connection ledger = DriverManager.getConnection(
                            "jdbc:sqlite:" + program.home().resolve("data/usage.db"));
                    ResultSet rows = ledger.createStatement()
                            .executeQuery("select count(*) from session_usage where status = 'ok'")) {
                assertThat(rows.getInt(1)).isEqualTo(3);
            }
        }
    }

    private static void limitFiles(Process process, String bytes) throws Exception {
        Process limit = new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":")
                .inheritIO()
                .start();
        assertThat(limit.waitFor()).isZero();
    }

    private CompletableFuture<HttpResponse<String>> post(RunningProgram program) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create(program.address() + "/api/chat/completions"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(RunningProgram program, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(program.address() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
