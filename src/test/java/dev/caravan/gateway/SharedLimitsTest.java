package dev.caravan.gateway;

import static dev.caravan.gateway.KeyMaker.bearer;
import static dev.caravan.gateway.RunningGateway.json;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One key at three gateways that share a ledger: its limits are those of one. */
class SharedLimitsTest {

    private static final String ASK = "{\"model\":\"gpt-4-turbo-preview\",\"max_tokens\":1000,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String COUNT = ASK.replace("gpt-4-turbo-preview", "demo");

    @Test
    void on_one_sqlite_file(@TempDir Path folder) {
        hold("jdbc:sqlite:" + folder.resolve("usage.db"));
    }

    @Test
    void on_one_postgresql() {
        try (TestPostgres postgres = new TestPostgres()) {
            hold(postgres.database());
        }
    }

    @Test
    void without_postgresql_limited_keys_are_refused_and_others_are_not() {
        try (TestPostgres postgres = new TestPostgres()) {
            String url = postgres.database();
            KeyMaker maker = new KeyMaker(url);
            String limited = maker.key("limited", "'requests_per_minute':100");
            String free = maker.key("free", "");
            try (RunningGateway gateway = gateway(url, "http://127.0.0.1:1")) {
                assertThat(gateway.post("/v1/chat/completions", COUNT, bearer(limited))
                                .statusCode())
                        .isEqualTo(200);
                assertThat(gateway.post("/v1/chat/completions", COUNT, bearer(free))
                                .statusCode())
                        .isEqualTo(200);
                postgres.stop();
                assertThat(gateway.post("/v1/chat/completions", COUNT, bearer(free))
                                .statusCode())
                        .isEqualTo(200);
                HttpResponse<String> refused = gateway.post("/v1/chat/completions", COUNT, bearer(limited));
                assertThat(json(refused).at("/error/code").asText()).isEqualTo("ledger_unavailable");
                postgres.start();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> gateway.post("/v1/chat/completions", COUNT, bearer(limited))
                                        .statusCode()
                                == 200);
            }
        }
    }

    private static RunningGateway gateway(String url, String provider) {
        return RunningGateway.with()
                .providersAt(provider)
                .variable("USAGE_DB_URL", url)
                .variable("GATEWAY_KEYS", "on")
                .start();
    }

    private static void hold(String url) {
        KeyMaker maker = new KeyMaker(url);
        try (StubProvider stub = StubProvider.start();
                RunningGateway one = gateway(url, stub.address());
                RunningGateway two = gateway(url, stub.address());
                RunningGateway three = gateway(url, stub.address())) {
            stub.always(Reply.ok().usage(8, 900).delay(Duration.ofMillis(50)));
            List<RunningGateway> gateways = List.of(one, two, three);
            String counted = maker.key("counted", "'requests_per_minute':50");
            String budget = maker.key("budget", "'budget_month_usd':0.5");
            List<CompletableFuture<HttpResponse<String>>> counts = new ArrayList<>();
            List<CompletableFuture<HttpResponse<String>>> spends = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                RunningGateway gateway = gateways.get(i % 3);
                counts.add(gateway.postAsync("/v1/chat/completions", COUNT, bearer(counted)));
                spends.add(gateway.postAsync("/v1/chat/completions", ASK, bearer(budget)));
            }
            assertThat(counts.stream().collect(groupingBy(call -> call.join().statusCode(), counting())))
                    .containsOnly(Map.entry(200, 50L), Map.entry(429, 70L));
            long paid = spends.stream()
                    .filter(call -> call.join().statusCode() == 200)
                    .count();
            assertThat(paid).as("0.02708 USD each, 0.03008 reserved").isBetween(16L, 18L);
            await().untilAsserted(() -> assertThat(
                            one.rows("select sum(input_cost_micros + output_cost_micros) as micros"
                                    + " from session_usage where user_id = 'budget'"))
                    .singleElement()
                    .satisfies(sum -> assertThat(((Number) sum.get("micros")).longValue())
                            .isEqualTo(paid * 27_080)
                            .isLessThanOrEqualTo(500_000)));
            await().untilAsserted(() -> assertThat(one.rows("select month_micros as micros from gateway_key_counter"
                            + " where key_id = '" + KeyMaker.id(budget) + "'"))
                    .singleElement()
                    .satisfies(sum ->
                            assertThat(((Number) sum.get("micros")).longValue()).isEqualTo(paid * 27_080)));
            assertThat(one.rows("select request_id from gateway_key_reservation"))
                    .isEmpty();
        }
    }
}
