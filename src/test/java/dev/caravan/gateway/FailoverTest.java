package dev.caravan.gateway;

import static dev.caravan.gateway.KeyMaker.bearer;
import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Another model serves when the provider of the one that was asked for fails: who is asked, what is read, what is billed. */
class FailoverTest {

    private static final String ASK = "{\"model\":\"%s\",\"max_tokens\":1000,\"stream\":%s,\"session_id\":\"s\","
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private static final String GONE =
            "{\"error\":{\"message\":\"You exceeded your current quota\",\"code\":\"insufficient_quota\"}}";

    private static StubProvider stub;
    private static RunningGateway shared;
    private RunningGateway gateway = shared;

    @BeforeAll
    static void startShared() {
        stub = StubProvider.start();
        shared = with().property("breaker.minimum-calls", "1000")
                .property("breaker.window-calls", "1000")
                .start();
    }

    @AfterAll
    static void stopShared() {
        shared.close();
        stub.close();
    }

    private static RunningGateway.Setup with() {
        return RunningGateway.with()
                .providersAt(stub.address())
                .variable(
                        "MODELS_CONFIG",
                        new FallbackCatalog()
                                .with("gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash")
                                .with("gpt-4o-mini", "claude-haiku-4-5", "gpt-4")
                                .with("claude-haiku-4-5", "gpt-4o")
                                .file())
                .property("retry.first-wait-ms", "20")
                .property("breaker.open-seconds", "30");
    }

    /** Where each of three models has a second and a half. */
    private void startHasty() {
        start(with().property("provider.call-timeout-ms", "4500"));
        gateway.chat("demo", "Hi");
    }

    /** A gateway of the test's own. */
    private void start(RunningGateway.Setup setup) {
        gateway = setup.start();
    }

    @BeforeEach
    void freshStub() {
        stub.reset();
    }

    @AfterEach
    void stop() {
        if (gateway != shared) {
            gateway.close();
        }
    }

    private HttpResponse<String> ask(String path, String model, boolean stream, String... headers) {
        return gateway.post(path, ASK.formatted(model, stream), headers);
    }

    private HttpResponse<String> ask(String model) {
        return ask("/api/chat/completions", model, false);
    }

    /** The ledger's row of that answer's request. */
    private Map<String, Object> row(HttpResponse<String> response) {
        String id = response.headers().firstValue("X-Request-Id").orElseThrow();
        List<Map<String, Object>> rows = await().until(
                        () -> gateway.rows("select * from session_usage where request_id = '" + id + "'"),
                        found -> !found.isEmpty());
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private long asked(String provider) {
        String path = switch (provider) {
            case "openai" -> "/v1/chat/completions";
            case "anthropic" -> "/v1/messages";
            default -> "/v1beta/models/";
        };
        return stub.received().stream()
                .filter(request -> request.path().startsWith(path))
                .count();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/chat/completions,false", "/api/chat/completions,true",
        "/v1/chat/completions,false", "/v1/chat/completions,true",
        "/v1/messages,false", "/v1/messages,true"
    })
    void a_dead_provider_is_stood_in_for_on_every_entrance(String path, boolean stream) {
        start(with().variable("OPENAI_BASE_URL", "http://127.0.0.1:1/v1"));
        stub.alwaysStream(Reply.spoken("Hello from afar", Duration.ZERO));

        HttpResponse<String> response = ask(path, "gpt-4o", stream);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Served-By")).contains("claude-haiku-4-5");
        assertThat(response.body()).contains("Hello", "\"model\":\"gpt-4o\"");
        assertThat(response.body()).doesNotContain("\"model\":\"claude-haiku-4-5\"");
        if (path.startsWith("/api")) {
            assertThat(response.body()).contains("\"provider\":\"anthropic\"", "\"served_by\":\"claude-haiku-4-5\"");
        }
        assertThat(asked("anthropic")).isEqualTo(1);
        assertThat(stub.violations()).isEmpty();
        // 12 tokens at 0.001 and 34 at 0.005 USD per 1,000: Claude's prices, not GPT's.
        assertThat(gateway.get("/metrics").body())
                .contains("caravan_fallbacks_total{code=\"provider_error\",model=\"gpt-4o\","
                        + "next_model=\"claude-haiku-4-5\",provider=\"openai\"} 1.0");
        assertThat(row(response))
                .containsEntry("requested_model", "gpt-4o")
                .containsEntry("model_id", "claude-haiku-4-5")
                .containsEntry("provider", "anthropic")
                .containsEntry("status", "ok")
                .containsEntry("prompt_tokens", 12)
                .containsEntry("completion_tokens", 34)
                .containsEntry("input_cost_micros", 12)
                .containsEntry("output_cost_micros", 170);
        assertThat(json(gateway.get("/api/usage/audit")).at("/sound").asBoolean())
                .as(gateway.get("/api/usage/audit").body())
                .isTrue();
        assertThat(gateway.rows("select * from daily_usage"))
                .singleElement()
                .satisfies(day -> assertThat(day)
                        .containsEntry("model_id", "claude-haiku-4-5")
                        .containsEntry("provider", "anthropic"));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 529, 401, 403, 408, 429})
    void each_fault_of_the_provider_is_answered_by_the_fallback(int status) {
        stub.always("openai", Reply.error(status, "no").header("Retry-After", "60"));
        long before = System.nanoTime();

        HttpResponse<String> response = ask("gpt-4o");

        assertThat(json(response).at("/served_by").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .as("with somebody else to ask nobody waits")
                .isLessThan(Duration.ofSeconds(2));
        assertThat(asked("openai")).isEqualTo(1);
    }

    @Test
    void an_empty_account_is_answered_by_the_fallback() {
        stub.always("openai", Reply.of(429, GONE));
        assertThat(json(ask("gpt-4o")).at("/served_by").asText()).isEqualTo("claude-haiku-4-5");
    }

    @Test
    void a_fault_that_is_over_in_a_moment_needs_no_fallback() {
        stub.next(Reply.error(500, "boom"));
        HttpResponse<String> response = ask("gpt-4o");
        assertThat(json(response).at("/provider").asText()).isEqualTo("openai");
        assertThat(json(response).has("served_by")).isFalse();
        assertThat(response.headers().firstValue("X-Served-By")).isEmpty();
        assertThat(row(response)).containsEntry("model_id", "gpt-4o");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 413, 422})
    void the_callers_own_mistake_is_answered_at_once(int status) {
        stub.always("openai", Reply.error(status, "no"));
        HttpResponse<String> response = ask("gpt-4o");
        assertThat(response.statusCode()).isBetween(400, 422);
        assertThat(json(response).at("/error").has("details")).isFalse();
        assertThat(stub.requests()).isEqualTo(1);
        assertThat(row(response)).containsEntry("model_id", "gpt-4o").containsEntry("status", "rejected");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_provider_that_hangs_leaves_time_for_the_others(boolean stream) {
        startHasty();
        stub.always("google", stream ? Reply.spoken("Hello", Duration.ZERO) : Reply.ok());
        stub.always("openai", Reply.hang());
        stub.always("anthropic", Reply.hang());
        long before = System.nanoTime();

        HttpResponse<String> response = ask("/api/chat/completions", "gpt-4o", stream);

        assertThat(response.headers().firstValue("X-Served-By"))
                .as(response.body())
                .contains("gemini-2.5-flash");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(2900), Duration.ofMillis(4500));
        assertThat(row(response)).containsEntry("model_id", "gemini-2.5-flash").containsEntry("status", "ok");
    }

    @Test
    void all_who_hang_share_the_callers_time() {
        startHasty();
        stub.always(Reply.hang());
        long before = System.nanoTime();
        HttpResponse<String> response = ask("gpt-4o");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(4400), Duration.ofMillis(6000));
        assertThat(json(response).at("/error/code").asText()).isEqualTo("provider_timeout");
        assertThat(json(response).at("/error/details/tried")).hasSize(3);
        assertThat(row(response)).containsEntry("model_id", "gpt-4o").containsEntry("status", "timeout");
    }

    @Test
    void a_provider_without_a_key_is_stood_in_for() {
        start(with().variable("OPENAI_API_KEY", ""));
        HttpResponse<String> response = ask("gpt-4o");
        assertThat(json(response).at("/served_by").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(asked("openai")).isZero();
        assertThat(row(response))
                .containsEntry("model_id", "claude-haiku-4-5")
                .containsEntry("requested_model", "gpt-4o");
    }

    @Test
    void an_open_breaker_sends_everybody_on_at_once() {
        start(with());
        stub.always("openai", Reply.error(500, "down"));
        await().until(() -> {
            assertThat(ask("gpt-4o").statusCode()).isEqualTo(200);
            return gateway.get("/health").body().contains("\"openai-breaker\":\"OPEN\"");
        });
        long before = stub.requests();
        HttpResponse<String> response = ask("gpt-4o");
        assertThat(json(response).at("/served_by").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(stub.requests()).as("only Claude was asked").isEqualTo((int) before + 1);
        assertThat(stub.last().path()).isEqualTo("/v1/messages");
    }

    @Test
    void a_provider_without_a_place_left_is_stood_in_for() {
        start(with().property("provider.max-calls", "1").property("provider.call-timeout-ms", "9000"));
        stub.always("openai", Reply.hang());
        CompletableFuture<HttpResponse<String>> first =
                gateway.postAsync("/api/chat/completions", ASK.formatted("gpt-4o", "false"));
        await().until(() -> asked("openai") == 1);
        assertThat(json(ask("gpt-4o")).at("/served_by").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(asked("openai")).isEqualTo(1);
        assertThat(json(first.join()).at("/served_by").asText())
                .as("its time is up soon after")
                .isEqualTo("claude-haiku-4-5");
    }

    @Test
    void when_all_fail_the_error_is_that_of_the_model_that_was_asked_for() {
        stub.always("openai", Reply.error(429, "slow").header("Retry-After", "40"));
        stub.always("anthropic", Reply.error(400, "not for me"));
        stub.always("google", Reply.error(503, "busy"));

        HttpResponse<String> response = ask("gpt-4o");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("40");
        assertThat(response.headers().firstValue("X-Served-By")).isEmpty();
        JsonNode error = json(response).at("/error");
        assertThat(error.at("/code").asText()).isEqualTo("rate_limited");
        assertThat(error.at("/details/tried").toString())
                .isEqualTo("[{\"model\":\"gpt-4o\",\"provider\":\"openai\",\"code\":\"rate_limited\"},"
                        + "{\"model\":\"claude-haiku-4-5\",\"provider\":\"anthropic\",\"code\":\"rejected_by_provider\"},"
                        + "{\"model\":\"gemini-2.5-flash\",\"provider\":\"google\",\"code\":\"provider_overloaded\"}]");
        assertThat(row(response))
                .containsEntry("model_id", "gpt-4o")
                .containsEntry("provider", "openai")
                .containsEntry("status", "rate_limited")
                .containsEntry("upstream_status", 429)
                .containsEntry("total_tokens", 0);
        assertThat(json(ask("/v1/messages", "gpt-4o", true)).at("/error/details/tried"))
                .hasSize(3);
    }

    @Test
    void a_fallback_that_cannot_be_told_a_parameter_is_passed_over_and_never_told_less() {
        stub.next(Reply.error(500, "no"), Reply.error(500, "no"));
        String ask =
                ASK.formatted("gpt-4o-mini", "false").replace("\"max_tokens\"", "\"logprobs\":true,\"max_tokens\"");

        HttpResponse<String> response = gateway.post("/v1/chat/completions", ask);

        assertThat(response.headers().firstValue("X-Served-By")).contains("gpt-4");
        assertThat(asked("anthropic")).as("it knows no logprobs").isZero();
        assertThat(stub.last().body().at("/logprobs").asBoolean()).isTrue();
    }

    @Test
    void a_fallback_that_the_request_does_not_fit_is_passed_over_and_named() {
        stub.always(Reply.error(500, "no"));
        String ask = ASK.formatted("gpt-4o-mini", "false").replace("1000", "8000");

        HttpResponse<String> response = gateway.post("/api/chat/completions", ask);

        assertThat(json(response).at("/error/details/tried/2").toString())
                .isEqualTo("{\"model\":\"gpt-4\",\"provider\":\"openai\",\"code\":\"max_tokens_too_large\","
                        + "\"param\":\"max_tokens\"}");
        assertThat(asked("openai")).isEqualTo(2);
    }

    @Test
    void what_has_begun_is_not_begun_again() {
        stub.always("openai", Reply.cut(Streams.first(Streams.OPENAI, 3), Duration.ofMillis(30)));
        HttpResponse<String> response = ask("/api/chat/completions", "gpt-4o", true);
        assertThat(response.body()).contains("Hello ", "Provider API failure").doesNotContain("[DONE]");
        assertThat(stub.requests()).isEqualTo(1);
        assertThat(row(response)).containsEntry("model_id", "gpt-4o").containsEntry("status", "provider_error");
    }

    @Test
    void an_error_before_the_first_piece_of_a_stream_is_stood_in_for() {
        stub.always(
                "anthropic",
                Reply.stream(
                        Streams.first(Streams.ANTHROPIC, 1)
                                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n",
                        Duration.ZERO));
        stub.alwaysStream(Reply.spoken("Hello", Duration.ZERO));
        HttpResponse<String> response = ask("/api/chat/completions", "claude-haiku-4-5", true);
        assertThat(response.headers().firstValue("X-Served-By")).contains("gpt-4o");
        assertThat(response.body()).contains("\"served_by\":\"gpt-4o\"", "[DONE]");
    }

    @Test
    void a_key_falls_back_to_its_own_models_only() {
        start(with().variable("GATEWAY_KEYS", "on"));
        KeyMaker maker = new KeyMaker(gateway.ledgerUrl());
        stub.always("openai", Reply.error(500, "no"));
        String some = maker.key("some", "'models':['gpt-4o','gemini-2.5-flash']");
        HttpResponse<String> response = ask("/v1/chat/completions", "gpt-4o", false, bearer(some));
        assertThat(response.headers().firstValue("X-Served-By")).contains("gemini-2.5-flash");
        assertThat(json(gateway.get("/api/models", bearer(some)))
                        .at("/models/0/fallbacks")
                        .toString())
                .isEqualTo("[\"gemini-2.5-flash\"]");
        String one = maker.key("one", "'models':['gpt-4o']");
        HttpResponse<String> refused = ask("/v1/chat/completions", "gpt-4o", false, bearer(one));
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.body()).as("what a key may not use is unknown to it").doesNotContain("claude", "gemini");
        assertThat(asked("anthropic")).isZero();
    }

    @Test
    void a_budget_must_have_room_for_the_dearest_of_the_chain() {
        start(with().variable("GATEWAY_KEYS", "on"));
        KeyMaker maker = new KeyMaker(gateway.ledgerUrl());
        // 1,000 tokens of gpt-4o-mini are 0.0006 USD, of gpt-4, its last fallback, 0.06 USD.
        String poor = maker.key("poor", "'budget_day_usd':0.02");
        HttpResponse<String> refused = ask("/api/chat/completions", "gpt-4o-mini", false, bearer(poor));
        assertThat(json(refused).at("/error/code").asText()).isEqualTo("budget_exceeded");
        assertThat(stub.requests()).isZero();
        stub.always("anthropic", Reply.error(500, "no"));
        stub.next(Reply.error(500, "no"), Reply.error(500, "no"), Reply.error(500, "no"), Reply.error(500, "no"));
        String rich = maker.key("rich", "'budget_day_usd':1");
        HttpResponse<String> served = ask("/api/chat/completions", "gpt-4o-mini", false, bearer(rich));
        assertThat(json(served).at("/served_by").asText()).as(served.body()).isEqualTo("gpt-4");
        // 12 tokens at 0.03, 34 at 0.06 USD per 1,000.
        assertThat(await().until(
                                () -> gateway.rows("select day_micros from gateway_key_counter where key_id = '"
                                        + KeyMaker.id(rich) + "'"),
                                rows -> ((Number) rows.get(0).get("day_micros")).longValue() == 2400L))
                .hasSize(1);
    }
}
