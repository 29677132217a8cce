package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when a provider fails: what the caller reads, how often the provider is asked, and what is billed. */
class FaultsTest {

    private StubProvider stub;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        stub = StubProvider.start();
        gateway = with().start();
    }

    private RunningGateway.Setup with() {
        return RunningGateway.with()
                .providersAt(stub.address())
                .property("retry.first-wait-ms", "20")
                .property("breaker.open-seconds", "1")
                .property("provider.call-timeout-ms", "2000");
    }

    @AfterEach
    void stop() {
        gateway.close();
        stub.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void tries_again_after_a_fault_and_bills_once(String model) {
        stub.next(Reply.error(500, "boom"), Reply.error(503, "busy"));
        HttpResponse<String> response = gateway.chat(model, "Hi");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(stub.requests()).isEqualTo(3);
        assertThat(rows()).singleElement().satisfies(row -> assertThat(row).containsEntry("status", "ok"));
    }

    @ParameterizedTest
    @CsvSource({
        "500,provider_error",
        "502,provider_error",
        "503,provider_overloaded",
        "529,provider_overloaded",
        "504,provider_timeout",
        "408,provider_timeout"
    })
    void answers_500_when_the_fault_stays(int status, String code) {
        stub.always(Reply.error(status, "internal secret sk-canary-123456 at https://internal.example.com/x"));
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(response.statusCode()).isEqualTo(500);
        JsonNode error = json(response).at("/error");
        assertThat(error.at("/message").asText()).isEqualTo("Provider API failure");
        assertThat(error.at("/type").asText()).isEqualTo("api_error");
        assertThat(error.at("/code").asText()).isEqualTo(code);
        assertThat(response.body()).doesNotContain("canary", "internal.example");
        assertThat(stub.requests()).isEqualTo(3);
        assertThat(rows())
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("status", code.equals("provider_timeout") ? "timeout" : "provider_error")
                        .containsEntry("total_tokens", 0)
                        .containsEntry("usage_source", "none"));
    }

    @Test
    void a_redirect_is_a_fault_and_is_never_followed() {
        try (StubProvider elsewhere = StubProvider.start()) {
            stub.always(Reply.of(307, "").header("Location", elsewhere.address() + "/v1/chat/completions"));
            HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(elsewhere.requests()).isZero();
            assertThat(stub.requests()).isEqualTo(1);
        }
    }

    @Test
    void a_reset_before_the_answer_is_tried_again() {
        stub.next(Reply.reset());
        assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(200);
        assertThat(stub.requests()).isEqualTo(2);
    }

    @Test
    void an_answer_that_breaks_off_is_a_fault_and_not_asked_for_twice() {
        stub.next(Reply.half());
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(stub.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "<html>down</html>", "{\"choices\":[]}", "{\"error\":{\"message\":\"x\"}}"})
    void an_answer_out_of_format_is_a_fault(String body) {
        stub.next(Reply.json(body));
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("provider_error");
    }

    @Test
    void an_error_in_html_is_read_by_its_status() {
        stub.always(Reply.of(502, "<html><body>Bad gateway at 10.0.0.7</body></html>"));
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).doesNotContain("10.0.0.7");
    }

    @ParameterizedTest
    @CsvSource({"hang", "drip"})
    void gives_up_when_the_time_is_up_however_the_provider_drips(String how) {
        stub.always(how.equals("hang") ? Reply.hang() : Reply.drip());
        long before = System.nanoTime();
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("provider_timeout");
        assertThat(rows()).singleElement().satisfies(row -> assertThat(row).containsEntry("status", "timeout"));
        await().until(() -> stub.aborted() == 1);
    }

    @Test
    void passes_the_providers_refusal_on_in_its_own_words_cleaned() {
        stub.always(Reply.error(
                400,
                "Invalid image for org-Abc123456789 with key sk-proj-canary123456 at https://api.openai.com/v1/x"));
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/message").asText()).contains("Invalid image");
        assertThat(response.body()).doesNotContain("canary", "org-Abc", "api.openai.com");
        assertThat(stub.requests()).isEqualTo(1);
        assertThat(rows()).singleElement().satisfies(row -> assertThat(row).containsEntry("status", "rejected"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "7", "\"no\"", "[]", "<html>no</html>", "{\"error\":\"no\"}"})
    void a_refusal_without_words_is_a_refusal_all_the_same(String body) {
        stub.always(Reply.of(400, body));
        for (String model : List.of("gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash")) {
            HttpResponse<String> response = gateway.chat(model, "Hi");
            assertThat(response.statusCode()).as(model).isEqualTo(400);
            assertThat(json(response).at("/error/code").asText()).isEqualTo("rejected_by_provider");
        }
    }

    @Test
    void waits_as_long_as_the_provider_asks() {
        stub.next(Reply.error(429, "slow down").header("retry-after-ms", "400"));
        long before = System.nanoTime();
        assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void answers_429_at_once_when_the_wait_is_longer_than_the_budget() {
        stub.always(Reply.error(429, "slow down").header("Retry-After", "30"));
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("30");
        assertThat(json(response).at("/error/code").asText()).isEqualTo("rate_limited");
        assertThat(stub.requests()).isEqualTo(1);
        assertThat(rows()).singleElement().satisfies(row -> assertThat(row).containsEntry("status", "rate_limited"));
    }

    @Test
    void a_rate_limit_without_a_word_on_the_wait_has_a_retry_after_all_the_same() {
        stub.always(Reply.error(429, "slow down"));
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        assertThat(stub.requests()).isEqualTo(3);
    }

    @Test
    void an_empty_account_is_not_asked_twice() {
        stub.always(Reply.of(
                429, "{\"error\":{\"message\":\"You exceeded your current quota\",\"code\":\"insufficient_quota\"}}"));
        HttpResponse<String> response = gateway.chat("gpt-4o", "Hi");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("quota_exhausted");
        assertThat(response.headers().firstValue("x-should-retry")).contains("false");
        assertThat(response.headers().firstValue("Retry-After")).isEmpty();
        assertThat(stub.requests()).isEqualTo(1);
    }

    @Test
    void opens_the_circuit_on_faults_and_closes_it_when_the_provider_is_back() {
        stub.always(Reply.error(500, "down"));
        await().until(() ->
                json(gateway.chat("gpt-4o", "Hi")).at("/error/code").asText().equals("circuit_open"));
        int asked = stub.requests();
        assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(500);
        assertThat(stub.requests()).as("an open circuit asks nobody").isEqualTo(asked);
        assertThat(gateway.chat("claude-haiku-4-5", "Hi").statusCode())
                .as("others are served")
                .isEqualTo(500);
        assertThat(json(gateway.get("/health")).toString()).contains("\"openai-breaker\":\"OPEN\"");
        assertThat(gateway.get("/health").statusCode()).isEqualTo(200);
        stub.always(Reply.ok());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> gateway.chat("gpt-4o", "Hi").statusCode() == 200);
        assertThat(json(gateway.get("/health")).toString()).contains("\"openai-breaker\":\"CLOSED\"");
    }

    @Test
    void a_trial_of_an_open_circuit_is_one_call_and_not_retried() {
        stub.always(Reply.error(500, "down"));
        await().until(() ->
                json(gateway.chat("gpt-4o", "Hi")).at("/error/code").asText().equals("circuit_open"));
        int asked = stub.requests();
        await().until(() -> {
            gateway.chat("gpt-4o", "Hi");
            return stub.requests() > asked;
        });
        assertThat(stub.requests()).isEqualTo(asked + 1);
    }

    @Test
    void callers_mistakes_and_rate_limits_never_open_the_circuit() {
        stub.always(Reply.error(400, "bad"));
        IntStream.range(0, 30).forEach(i -> gateway.chat("gpt-4o", "Hi"));
        stub.always(Reply.error(429, "slow").header("Retry-After", "60"));
        IntStream.range(0, 30).forEach(i -> gateway.chat("gpt-4o", "Hi"));
        stub.always(Reply.ok());
        assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(200);
    }

    @Test
    void a_hung_provider_leaves_the_others_alone() {
        gateway.close();
        gateway = with().property("provider.max-calls", "5")
                .property("provider.call-timeout-ms", "8000")
                .start();
        stub.next(IntStream.range(0, 5).mapToObj(i -> Reply.hang()).toArray(Reply[]::new));
        String body = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        IntStream.range(0, 5).forEach(i -> gateway.postAsync("/api/chat/completions", body));
        await().until(() -> stub.maxInFlight() == 5);
        HttpResponse<String> sixth = gateway.chat("gpt-4o", "Hi");
        assertThat(sixth.statusCode()).isEqualTo(503);
        assertThat(sixth.headers().firstValue("Retry-After")).isPresent();
        assertThat(json(sixth).at("/error/code").asText()).isEqualTo("overloaded");
        assertThat(gateway.chat("claude-haiku-4-5", "Hi").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void a_caller_who_leaves_is_billed_for_what_was_used() throws Exception {
        stub.next(Reply.ok().usage(100, 50).delay(Duration.ofMillis(600)));
        byte[] body = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                .getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("POST /api/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                    + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
            await().until(() -> stub.requests() == 1);
        }
        assertThat(await().until(this::rows, rows -> !rows.isEmpty()))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("status", "client_gone")
                        .containsEntry("prompt_tokens", 100)
                        .containsEntry("completion_tokens", 50));
    }

    @Test
    void counts_what_the_provider_did_not_count_as_an_estimate() {
        stub.next(Reply.json(
                "{\"id\":\"x\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello there\"},"
                        + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":-5}}"));
        JsonNode answer = json(gateway.chat("gpt-4o", "How are you?"));
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isPositive();
        assertThat(answer.at("/usage/completion_tokens").asInt()).isPositive();
        assertThat(rows()).singleElement().satisfies(row -> assertThat(row).containsEntry("usage_source", "estimated"));
    }

    private List<Map<String, Object>> rows() {
        return await().until(() -> gateway.rows("select * from session_usage"), rows -> !rows.isEmpty());
    }
}
