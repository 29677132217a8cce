package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a Prometheus reads: the ledger's numbers, and no word of a caller. */
class MetricsTest {

    private static final String KEY = "sk-canarykey0123456789abcdef";
    private static final String GPT = "provider=\"openai\",";
    private static final String GEN_AI_GPT = "gen_ai_provider_name=\"openai\",gen_ai_request_model=\"gpt-4o\"";

    private StubProvider stub;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .property("retry.max-attempts", "1")
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        stub.close();
    }

    @Test
    void is_the_text_that_prometheus_reads() {
        HttpResponse<String> response = gateway.get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        for (String line : response.body().lines().toList()) {
            assertThat(line).matches("# (HELP|TYPE) [a-z0-9_]+ .*|[a-z0-9_]+(\\{[^{}]*\\})? [-+0-9.eEInfNa]+");
        }
        assertThat(response.body())
                .contains(
                        "caravan_in_flight 0.0",
                        "caravan_ledger_writable 1.0",
                        "caravan_journal_writable 1.0",
                        "caravan_journal_lag_seconds ",
                        "caravan_journal_unwritten_records ",
                        "caravan_breaker_state{provider=\"openai\"} 0.0",
                        "caravan_provider_in_flight{provider=\"openai\"} 0.0",
                        "caravan_provider_in_flight{provider=\"demo\"} 0.0",
                        "jvm_memory_used_bytes{",
                        "jvm_threads_live_threads ",
                        "jvm_gc_");
    }

    @Test
    void each_model_of_the_catalogue_begins_at_zero() {
        assertThat(value("caravan_requests_total{entrance=\"api\",model=\"gpt-4o\"," + GPT + "status=\"ok\"}"))
                .isEqualByComparingTo("0");
        assertThat(value("caravan_cost_usd_total{model=\"demo\",provider=\"demo\"}"))
                .isEqualByComparingTo("0");
    }

    @Test
    void requests_tokens_and_cost_are_the_ledgers() {
        stub.next(Reply.ok().usage(150, 220), Reply.ok().usage(1000, 1), Reply.error(400, "no"));
        for (int i = 0; i < 3; i++) {
            gateway.chat("gpt-4o", "Hi");
        }
        gateway.post(
                "/v1/messages",
                "{\"model\":\"demo\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        await().until(() -> gateway.rows("select * from session_usage").size() == 4);

        List<Map<String, Object>> rows = gateway.rows("select model_id, provider, status, endpoint, count(*) as n,"
                + " sum(prompt_tokens) as prompt, sum(completion_tokens) as completion,"
                + " sum(input_cost_micros + output_cost_micros) as micros from session_usage group by 1, 2, 3, 4");
        assertThat(rows).hasSize(3);
        for (Map<String, Object> row : rows) {
            String names = "model=\"" + row.get("model_id") + "\",provider=\"" + row.get("provider") + "\"";
            String genAi = "gen_ai_provider_name=\"" + row.get("provider") + "\",gen_ai_request_model=\""
                    + row.get("model_id") + "\"";
            String entrance = row.get("endpoint").equals("/v1/messages") ? "anthropic" : "api";
            BigDecimal requests = new BigDecimal(row.get("n").toString());
            assertThat(value("caravan_requests_total{entrance=\"" + entrance + "\"," + names + ",status=\""
                            + row.get("status") + "\"}"))
                    .isEqualByComparingTo(requests);
            assertThat(value("gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name=\"chat\"," + genAi
                            + ",outcome=\"" + row.get("status") + "\"}"))
                    .isEqualByComparingTo(requests);
            if (row.get("status").equals("ok")) {
                assertThat(value("gen_ai_client_token_usage_total{" + genAi + ",gen_ai_token_type=\"input\"}"))
                        .isEqualByComparingTo(row.get("prompt").toString());
                assertThat(value("gen_ai_client_token_usage_total{" + genAi + ",gen_ai_token_type=\"output\"}"))
                        .isEqualByComparingTo(row.get("completion").toString());
                assertThat(value("caravan_cost_usd_total{" + names + "}"))
                        .isPositive()
                        .isEqualByComparingTo(BigDecimal.valueOf(((Number) row.get("micros")).longValue(), 6));
            }
        }
        assertThat(rows).extracting(row -> row.get("status")).containsOnlyOnce("rejected");
    }

    @Test
    void a_stream_has_a_time_to_its_first_token_and_a_plain_answer_has_none() {
        String first = "gen_ai_server_time_to_first_token_seconds_";
        String labels = "{gen_ai_operation_name=\"chat\"," + GEN_AI_GPT + "}";
        gateway.chat("gpt-4o", "Hi");
        assertThat(gateway.get("/metrics").body()).doesNotContain(first);

        stub.next(Reply.stream(Streams.OPENAI, Duration.ofMillis(40)));
        gateway.post(
                "/v1/chat/completions",
                "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

        assertThat(value(first + "count" + labels)).isEqualByComparingTo("1");
        BigDecimal whole = value("gen_ai_client_operation_duration_seconds_max{gen_ai_operation_name=\"chat\","
                + GEN_AI_GPT + ",outcome=\"ok\"}");
        assertThat(value(first + "sum" + labels)).isPositive().isLessThan(whole);
        assertThat(value("caravan_requests_total{entrance=\"openai\",model=\"gpt-4o\"," + GPT + "status=\"ok\"}"))
                .isEqualByComparingTo("1");
    }

    @Test
    void an_open_breaker_is_seen() {
        stub.always(Reply.error(500, "no"));
        for (int i = 0; i < 12; i++) {
            gateway.chat("gpt-4o", "Hi");
        }
        assertThat(value("caravan_breaker_state{provider=\"openai\"}")).isEqualByComparingTo("2");
        assertThat(value("caravan_breaker_state{provider=\"google\"}")).isEqualByComparingTo("0");
    }

    @Test
    void an_answer_is_counted_under_its_routes_template_and_not_under_the_path_that_was_asked() {
        gateway.get("/api/usage/session/one-session");
        gateway.get("/api/usage/session/another-session");
        gateway.get("/wp-admin.php");
        gateway.post("/api/models", "{}");

        await().untilAsserted(() -> {
            String text = gateway.get("/metrics").body();
            assertThat(text)
                    .contains("http_server_request_duration_seconds_count{method=\"GET\","
                            + "route=\"/api/usage/session/{session_id}\",status_code=\"404\"} 2")
                    .contains("route=\"none\",status_code=\"404\"} 1")
                    .contains("method=\"POST\",route=\"none\",status_code=\"405\"} 1")
                    .contains("route=\"/metrics\",status_code=\"200\"}")
                    .doesNotContain("one-session", "another-session", "wp-admin");
        });
    }

    @Test
    void no_word_of_a_caller_and_no_key_becomes_a_label() {
        stub.always(Reply.error(400, "bad key " + KEY));
        for (String model : List.of("gpt-4o", "demo", "weird-model\\\"} 1\\ninjected_total 7")) {
            gateway.post(
                    "/api/chat/completions?weird-query=1",
                    "{\"model\":\"" + model + "\",\"session_id\":\"weird-session\",\"user_id\":\"weird-user\","
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"weird-prompt " + KEY + "\"}]}",
                    "X-Client-Request-Id",
                    "weird-request",
                    "Authorization",
                    "Bearer " + KEY);
        }
        String text = gateway.get("/metrics").body();

        assertThat(value("caravan_requests_total{entrance=\"api\",model=\"gpt-4o\"," + GPT + "status=\"rejected\"}"))
                .isEqualByComparingTo("1");
        assertThat(text).doesNotContain("weird", "injected", KEY, "sk-test-openai", stub.address());
    }

    @Test
    void where_keys_are_on_only_an_admin_reads_it() {
        try (RunningGateway closed =
                RunningGateway.with().variable("GATEWAY_KEYS", "on").start()) {
            KeyMaker maker = new KeyMaker(closed.ledgerUrl());
            String admin = maker.admin();
            String ann = maker.key("ann", "");

            assertThat(closed.get("/metrics").statusCode()).isEqualTo(401);
            assertThat(closed.get("/metrics", "x-api-key", ann).body()).doesNotContain("jvm_");
            assertThat(closed.get("/metrics", "x-api-key", admin).body()).contains("jvm_");
        }
    }

    private BigDecimal value(String series) {
        String text = gateway.get("/metrics").body();
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> new BigDecimal(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series + " in " + text));
    }
}
