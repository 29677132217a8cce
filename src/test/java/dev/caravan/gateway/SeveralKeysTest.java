package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One provider, several keys: they take turns, and one that the provider will not have rests. */
class SeveralKeysTest {

    private static final String FIRST = "sk-first-0123456789";
    private static final String SECOND = "sk-second-0123456789";
    private static final String ASK = "{\"model\":\"gpt-4o\",\"max_tokens\":1000,\"stream\":%s,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private StubProvider stub;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        stub = StubProvider.start();
        gateway = with().start();
        both(Reply.ok());
    }

    private RunningGateway.Setup with() {
        return RunningGateway.with()
                .providersAt(stub.address())
                .variable("OPENAI_API_KEY", " " + FIRST + " , " + SECOND + " ")
                .property("retry.first-wait-ms", "20")
                .property("provider.key-rest-ms", "1500")
                .property("provider.call-timeout-ms", "8000");
    }

    private void both(Reply reply) {
        stub.alwaysWithKey(FIRST, reply);
        stub.alwaysWithKey(SECOND, reply);
    }

    @AfterEach
    void stop() {
        gateway.close();
        stub.close();
    }

    private List<String> keysSeen() {
        return stub.received().stream()
                .map(request ->
                        request.headers().getOrDefault("authorization", "").replace("Bearer ", ""))
                .toList();
    }

    private HttpResponse<String> ask() {
        return gateway.chat("gpt-4o", "Hi");
    }

    @Test
    void keys_take_turns() {
        for (int i = 0; i < 4; i++) {
            assertThat(ask().statusCode()).isEqualTo(200);
        }
        assertThat(keysSeen()).containsExactly(FIRST, SECOND, FIRST, SECOND);
        assertThat(json(gateway.get("/health")).toString())
                .contains(
                        "\"openai\":\"2 keys from OPENAI_API_KEY\"",
                        "\"openai-1\":\"ready\"",
                        "\"openai-2\":\"ready\"");
    }

    @ParameterizedTest
    @CsvSource({
        "429,rate_limited,/api/chat/completions,false", "401,provider_key_invalid,/v1/chat/completions,true",
        "403,provider_key_invalid,/v1/messages,false", "429,rate_limited,/api/chat/completions,true"
    })
    void a_key_that_the_provider_will_not_have_rests_and_the_call_goes_on_with_another(
            int status, String code, String path, boolean stream) {
        stub.alwaysWithKey(FIRST, Reply.error(status, "no").header("Retry-After", "60"));
        stub.alwaysWithKey(SECOND, stream ? Reply.spoken("Hello", Duration.ZERO) : Reply.ok());
        long before = System.nanoTime();

        HttpResponse<String> response = gateway.post(path, ASK.formatted(stream));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.post(path, ASK.formatted(stream)).statusCode()).isEqualTo(200);
        }
        assertThat(keysSeen()).containsExactly(FIRST, SECOND, SECOND, SECOND, SECOND);
        assertThat(json(gateway.get("/health")).toString())
                .containsPattern("\"openai-1\":\"resting until 20[0-9TZ:-]+: " + code + "\"")
                .contains("\"openai-2\":\"ready\"")
                .doesNotContain(FIRST, SECOND);
        assertThat(gateway.get("/metrics").body())
                .contains("caravan_provider_key_rests_total{code=\"" + code
                        + "\",key=\"openai-1\",provider=\"openai\"} 1.0")
                .doesNotContain(FIRST, SECOND);
        List<Map<String, Object>> rows = await().until(
                        () -> gateway.rows("select status, total_tokens from session_usage"),
                        found -> found.size() == 4);
        assertThat(rows)
                .allSatisfy(row -> assertThat(row).containsEntry("status", "ok").containsEntry("total_tokens", 46));
    }

    @Test
    void a_key_that_rested_takes_its_turn_again() {
        stub.alwaysWithKey(FIRST, Reply.error(429, "no"));
        assertThat(ask().statusCode()).isEqualTo(200);
        stub.alwaysWithKey(FIRST, Reply.ok());
        await().until(() -> {
            ask();
            return keysSeen().stream().filter(FIRST::equals).count() > 1;
        });
        assertThat(Duration.between(stub.received().get(0).at(), stub.last().at()))
                .isGreaterThan(Duration.ofMillis(1400));
    }

    @Test
    void where_all_rest_the_one_is_used_that_may_be_used_again_first() {
        stub.alwaysWithKey(FIRST, Reply.error(429, "no").header("Retry-After", "50"));
        stub.alwaysWithKey(SECOND, Reply.error(429, "no").header("Retry-After", "90"));
        HttpResponse<String> response = ask();
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(keysSeen()).containsExactly(FIRST, SECOND);
        both(Reply.ok());
        assertThat(ask().statusCode()).as("a rest is a guess").isEqualTo(200);
        assertThat(keysSeen()).endsWith(FIRST);
    }

    @Test
    void a_wait_is_for_the_key_that_may_be_used_again_first() {
        stub.alwaysWithKey(FIRST, Reply.error(429, "no").header("Retry-After", "2"));
        stub.alwaysWithKey(SECOND, Reply.error(429, "no").header("Retry-After", "90"));
        CompletableFuture<HttpResponse<String>> call =
                gateway.postAsync("/api/chat/completions", ASK.formatted("false"));
        await().until(() -> keysSeen().size() == 2);
        both(Reply.ok());
        assertThat(call.join().statusCode()).isEqualTo(200);
        assertThat(keysSeen()).containsExactly(FIRST, SECOND, FIRST);
    }

    @Test
    void a_change_of_keys_is_no_try() {
        stub.alwaysWithKey(FIRST, Reply.error(401, "no"));
        stub.alwaysWithKey(SECOND, Reply.error(500, "no"));
        ask();
        assertThat(keysSeen()).containsExactly(FIRST, SECOND, SECOND, SECOND);
    }

    @Test
    void a_fallback_is_asked_when_no_key_is_left() {
        gateway.close();
        gateway = with().variable(
                        "MODELS_CONFIG",
                        new FallbackCatalog().with("gpt-4o", "claude-haiku-4-5").file())
                .start();
        both(Reply.error(429, "no"));
        HttpResponse<String> response = ask();
        assertThat(json(response).at("/served_by").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(keysSeen()).startsWith(FIRST, SECOND).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-a,,sk-b", "sk-a, sk-b,", ","})
    void an_empty_key_stops_the_start_with_its_place_and_no_value(String keys) {
        int place = keys.equals(",") ? 1 : keys.endsWith(",") ? 3 : 2;
        assertThatThrownBy(() -> with().variable("OPENAI_API_KEY", keys).start().close())
                .hasMessage("OPENAI_API_KEY: key " + place + " of " + keys.split(",", -1).length
                        + " is empty (keys are separated by commas)");
    }
}
