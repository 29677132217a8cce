package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.usage.LedgerException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The ledger in PostgreSQL: the same promises as with a SQLite file, and shared by several gateways. */
class PostgresTest {

    private static final String ASK = "{\"model\":\"demo\",\"user_id\":\"%s\",\"session_id\":\"s\","
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private static TestPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = new TestPostgres();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    private static RunningGateway gateway(String url) {
        return RunningGateway.with().variable("USAGE_DB_URL", url).start();
    }

    private static HttpResponse<String> ask(RunningGateway gateway, String user) {
        return gateway.post("/api/chat/completions", ASK.formatted(user));
    }

    @Test
    void every_usage_page_answers_as_with_sqlite() {
        try (RunningGateway gateway = gateway(postgres.database());
                RunningGateway sqlite = RunningGateway.with().start()) {
            for (String user : List.of("ann", "bob", "bob", "Zoe", "\uD55C\uAE00")) {
                JsonNode answer = json(ask(gateway, user));
                assertThat(answer.at("/cost/total_cost").decimalValue()).isPositive();
                ask(sqlite, user);
            }
            for (String page : List.of(
                    "/api/usage/daily",
                    "/api/usage/daily?user_id=bob&model=demo&provider=demo",
                    "/api/usage/daily?limit=2",
                    "/api/usage/monthly",
                    "/api/usage/daily?format=csv",
                    "/api/usage/monthly?format=csv",
                    "/api/usage/daily?user_id=nobody")) {
                assertThat(gateway.get(page).body())
                        .as(page)
                        .isEqualTo(sqlite.get(page).body());
            }
            JsonNode session = json(gateway.get("/api/usage/session/s?limit=2"));
            assertThat(session.at("/request_count").asInt()).isEqualTo(5);
            assertThat(session.at("/requests")).hasSize(2);
            JsonNode next = json(gateway.get(
                    "/api/usage/session/s?cursor=" + session.at("/next_cursor").asText()));
            assertThat(next.at("/requests")).hasSize(3);
            JsonNode summary = json(gateway.get("/api/usage/summary"));
            assertThat(summary.at("/success_rate").decimalValue()).isEqualByComparingTo("1");
            assertThat(summary.at("/latency_ms/p95").isNumber()).isTrue();
            assertThat(gateway.rows("select total_cost, input_cost + output_cost as parts from session_usage"))
                    .hasSize(5)
                    .allSatisfy(row -> assertThat((java.math.BigDecimal) row.get("total_cost"))
                            .isEqualByComparingTo((java.math.BigDecimal) row.get("parts")));
        }
    }

    @Test
    void several_gateways_keep_exact_sums_in_one_ledger() {
        String url = postgres.database();
        int each = 150;
        try (RunningGateway one = gateway(url);
                RunningGateway two = gateway(url);
                RunningGateway three = gateway(url)) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                for (RunningGateway gateway : List.of(one, two, three)) {
                    answers.add(gateway.postAsync("/api/chat/completions", ASK.formatted("user" + i % 3)));
                }
            }
            answers.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
            // Each gateway knows when its own are written.
            for (RunningGateway gateway : List.of(one, two, three)) {
                assertThat(json(gateway.get("/api/usage/daily"))
                                .at("/request_count")
                                .asInt())
                        .isGreaterThanOrEqualTo(each);
            }
            assertThat(json(one.get("/api/usage/daily")).at("/request_count").asInt())
                    .isEqualTo(3 * each);
            assertThat(one.rows("select count(*) as n, count(distinct request_id) as ids, sum(total_tokens) as tokens,"
                            + " (select sum(total_tokens) from daily_usage) as days,"
                            + " (select sum(total_tokens) from monthly_usage) as months,"
                            + " (select sum(settled) from journal) as journals from session_usage"))
                    .singleElement()
                    .satisfies(sums -> {
                        assertThat(sums.get("n")).isEqualTo(3L * each).isEqualTo(sums.get("ids"));
                        assertThat(sums.get("tokens"))
                                .isEqualTo(sums.get("days"))
                                .isEqualTo(sums.get("months"));
                        assertThat(((Number) sums.get("journals")).longValue()).isEqualTo(3L * each);
                    });
        }
        try (RunningGateway after = gateway(url)) {
            assertThat(after.rows("select count(*) as n from journal where ended_at is not null and opened = settled"))
                    .containsExactly(Map.of("n", 3L));
        }
    }

    @Test
    void a_server_that_restarts_costs_no_answer_and_the_ledger_catches_up() {
        try (TestPostgres own = new TestPostgres();
                RunningGateway gateway = gateway(own.database())) {
            assertThat(ask(gateway, "ann").statusCode()).isEqualTo(200);
            own.stop();
            for (int i = 0; i < 20; i++) {
                assertThat(ask(gateway, "ann").statusCode()).isEqualTo(200);
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.get("/health").body().contains("\"database\":\"unavailable\""));
            JsonNode refused = json(gateway.get("/api/usage/daily"));
            assertThat(refused.at("/error/code").asText()).isEqualTo("ledger_unavailable");
            assertThat(refused.toString()).doesNotContain("canary", "postgres", "127.0.0.1");
            own.start();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> gateway.get("/health").body().contains("\"database\":\"writable\""));
            assertThat(json(gateway.get("/api/usage/daily"))
                            .at("/request_count")
                            .asInt())
                    .isEqualTo(21);
        }
    }

    @Test
    void a_start_without_the_server_ends_in_one_line_without_the_password() {
        assertThatThrownBy(() -> gateway("jdbc:postgresql://127.0.0.1:1/ledger?user=u&password=canary-of-the-database"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/ledger")
                .hasMessageContaining("refused")
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining("\n");
    }
}
