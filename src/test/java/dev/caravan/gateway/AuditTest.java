package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import dev.caravan.usage.LedgerSource;
import dev.caravan.usage.Rebuild;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The audit of a running gateway, over HTTP, on both databases. */
class AuditTest {

    private static final String CHAT =
            "{\"model\":\"%s\",\"user_id\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    enum Database {
        SQLITE,
        POSTGRESQL
    }

    private static StubProvider stub;
    private static TestPostgres postgres;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        postgres = new TestPostgres();
    }

    @AfterAll
    static void stop() {
        postgres.close();
        stub.close();
    }

    private static RunningGateway gateway(Database database) {
        RunningGateway.Setup setup = RunningGateway.with().providersAt(stub.address());
        return database == Database.SQLITE
                ? setup.start()
                : setup.variable("USAGE_DB_URL", postgres.database()).start();
    }

    @ParameterizedTest
    @EnumSource
    void counts_what_is_answered_and_what_is_in_flight(Database database) {
        stub.reset();
        try (RunningGateway gateway = gateway(database)) {
            assertNumbers(audit(gateway), 0, 0, 0, 0);
            for (String model : List.of("gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash", "demo")) {
                assertThat(ask(gateway, model, "ann").join().statusCode()).isEqualTo(200);
            }
            stub.next(Reply.error(400, "no"));
            assertThat(ask(gateway, "gpt-4o", "bob").join().statusCode()).isEqualTo(400);
            assertNumbers(audit(gateway), 5, 5, 5, 0);

            int before = stub.requests();
            stub.next(Reply.ok().delay(Duration.ofSeconds(3)));
            CompletableFuture<HttpResponse<String>> slow = ask(gateway, "gpt-4o", "ann");
            await().until(() -> stub.requests() > before);
            assertNumbers(audit(gateway), 5, 6, 5, 1);
            assertThat(slow.join().statusCode()).isEqualTo(200);
            assertNumbers(audit(gateway), 6, 6, 6, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void is_sound_at_every_moment_of_a_busy_gateway(Database database) {
        stub.reset();
        try (RunningGateway gateway = gateway(database)) {
            List<CompletableFuture<?>> callers = new ArrayList<>();
            for (int caller = 0; caller < 16; caller++) {
                callers.add(ask(gateway, "user-" + caller, 40));
            }
            CompletableFuture<?> all = CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new));
            int audits = 0;
            do {
                List<CompletableFuture<JsonNode>> three = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    three.add(CompletableFuture.supplyAsync(() -> audit(gateway)));
                }
                for (CompletableFuture<JsonNode> one : three) {
                    JsonNode report = one.join();
                    assertThat(report.get("differences")).isEmpty();
                    assertThat(report.get("opened").longValue())
                            .isEqualTo(report.get("settled").longValue()
                                    + report.get("in_flight").longValue());
                    audits++;
                }
            } while (!all.isDone());
            all.join();
            assertThat(audits).isGreaterThan(3);
            assertNumbers(audit(gateway), 640, 640, 640, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void names_what_someone_changed(Database database) throws Exception {
        String url = postgres.database();
        RunningGateway.Setup setup = RunningGateway.with();
        try (RunningGateway gateway = database == Database.SQLITE
                ? setup.start()
                : setup.variable("USAGE_DB_URL", url).start()) {
            for (int i = 0; i < 3; i++) {
                ask(gateway, "demo", "ann").join();
            }
            assertNumbers(audit(gateway), 3, 3, 3, 0);
            String file = "jdbc:sqlite:" + gateway.folder().resolve("usage.db");
            try (Connection other = DriverManager.getConnection(database == Database.SQLITE ? file : url);
                    Statement statement = other.createStatement()) {
                statement.executeUpdate("UPDATE daily_usage SET total_tokens = total_tokens + 1");
                JsonNode report = audit(gateway);
                assertThat(report.get("sound").booleanValue()).isFalse();
                assertThat(report.at("/differences/0/check").asText()).isEqualTo("day_is_sum_of_rows");
                assertThat(report.at("/differences/0/key/user_id").asText()).isEqualTo("ann");
                assertThat(report.at("/differences/0/field").asText()).isEqualTo("total_tokens");
                assertThat(report.at("/differences/0/found").longValue())
                        .isEqualTo(report.at("/differences/0/expected").longValue() + 1);
                assertThat(report.at("/differences/1/check").asText()).isEqualTo("month_is_sum_of_days");
                assertThat(report.get("differences_total").intValue()).isEqualTo(2);

                statement.executeUpdate("UPDATE daily_usage SET total_tokens = total_tokens - 1");
                statement.executeUpdate("DELETE FROM session_usage WHERE request_id ="
                        + " (SELECT MIN(request_id) FROM session_usage)");
                assertThat(audit(gateway).findValuesAsText("check"))
                        .contains("day_is_sum_of_rows", "journal_is_sum_of_rows", "opened_is_settled_and_in_flight");
                statement.executeUpdate("DELETE FROM price");
                assertThat(audit(gateway).findValuesAsText("check")).contains("price_is_known");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_rebuild_mends_days_and_months_while_calls_go_on(Database database) throws Exception {
        String url = postgres.database();
        RunningGateway.Setup setup = RunningGateway.with().providersAt(stub.address());
        stub.reset();
        try (RunningGateway gateway = database == Database.SQLITE
                ? setup.start()
                : setup.variable("USAGE_DB_URL", url).start()) {
            String ledger = database == Database.SQLITE
                    ? "jdbc:sqlite:" + gateway.folder().resolve("usage.db")
                    : url;
            CompletableFuture.allOf(ask(gateway, "ann", 10), ask(gateway, "\uD83D\uDC2A", 10))
                    .join();
            assertNumbers(audit(gateway), 20, 20, 20, 0);
            CompletableFuture<?> calls = CompletableFuture.allOf(ask(gateway, "ann", 40), ask(gateway, "\uFFFD", 40));
            try (Connection other = DriverManager.getConnection(ledger);
                    Statement statement = other.createStatement()) {
                if (database == Database.SQLITE) {
                    statement.execute("PRAGMA busy_timeout = 10000");
                }
                do {
                    statement.executeUpdate("DELETE FROM daily_usage WHERE user_id = 'ann'");
                    statement.executeUpdate("UPDATE monthly_usage SET latency_ms_sum = latency_ms_sum + 1");
                    assertThat(new Rebuild(new LedgerSource(ledger)).run().changesTotal())
                            .isPositive();
                } while (!calls.isDone());
            }
            calls.join();
            assertNumbers(audit(gateway), 100, 100, 100, 0);
        }
    }

    private static CompletableFuture<?> ask(RunningGateway gateway, String user, int times) {
        return times == 0
                ? CompletableFuture.completedFuture(null)
                : ask(gateway, times % 4 == 0 ? "gpt-4o" : "demo", user).thenCompose(response -> {
                    assertThat(response.statusCode()).isEqualTo(200);
                    return ask(gateway, user, times - 1);
                });
    }

    private static CompletableFuture<HttpResponse<String>> ask(RunningGateway gateway, String model, String user) {
        return gateway.postAsync("/api/chat/completions", CHAT.formatted(model, user));
    }

    private static JsonNode audit(RunningGateway gateway) {
        HttpResponse<String> response = gateway.get("/api/usage/audit");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    private static void assertNumbers(JsonNode report, long rows, long opened, long settled, long inFlight) {
        assertThat(report.get("differences")).isEmpty();
        assertThat(report.get("sound").booleanValue()).isTrue();
        assertThat(List.of(
                        report.get("rows").longValue(),
                        report.get("opened").longValue(),
                        report.get("settled").longValue(),
                        report.get("in_flight").longValue()))
                .containsExactly(rows, opened, settled, inFlight);
    }
}
