package dev.caravan.gateway;

import static dev.caravan.gateway.KeyMaker.bearer;
import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits that hold: crowds of callers, over real HTTP, on every entrance, against what the ledger says in the end. */
class LimitsTest {

    private static final List<String> CHATS = List.of("/api/chat/completions", "/v1/chat/completions", "/v1/messages");
    private static final String ASK = "{\"model\":\"%s\",\"max_tokens\":1000,\"stream\":%s,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private static StubProvider stub;
    private static RunningGateway gateway;
    private static KeyMaker maker;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .variable("GATEWAY_KEYS", "on")
                .property("gateway.keys-wait-ms", "2000")
                .property("retry.max-attempts", "1")
                .property("breaker.minimum-calls", "1000")
                .property("breaker.window-calls", "1000")
                .start();
        maker = new KeyMaker(gateway.ledgerUrl());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stub.close();
    }

    @BeforeEach
    void freshStub() {
        stub.reset();
    }

    private static String ask(String model) {
        return ASK.formatted(model, "false");
    }

    /** So many calls at once, on all entrances; their answers by status. */
    private static Map<Integer, List<HttpResponse<String>>> crowd(
            String key, int size, String body, List<String> ways) {
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            calls.add(gateway.postAsync(ways.get(i % ways.size()), body, bearer(key)));
        }
        return calls.stream().map(CompletableFuture::join).collect(Collectors.groupingBy(HttpResponse::statusCode));
    }

    private static long spent(String user) {
        gateway.get("/api/usage/daily", bearer(maker.admin()));
        return ((Number) gateway.rows("select coalesce(sum(input_cost_micros + output_cost_micros), 0) as micros"
                                + " from session_usage where user_id = '" + user + "'")
                        .get(0)
                        .get("micros"))
                .longValue();
    }

    private static Map<String, Object> counter(String key) {
        return gateway.rows("select * from gateway_key_counter where key_id = '" + KeyMaker.id(key) + "'")
                .get(0);
    }

    private static long reservations(String key) {
        return ((Number) gateway.rows("select count(*) as n from gateway_key_reservation where key_id = '"
                                + KeyMaker.id(key) + "'")
                        .get(0)
                        .get("n"))
                .longValue();
    }

    @Test
    void two_hundred_calls_at_once_cannot_pass_a_budget_of_one_dollar() {
        // 900 of the 1,000 tokens that may be used: 0.02708 USD of 0.03008 reserved.
        stub.always(Reply.ok().usage(8, 900).delay(Duration.ofMillis(50)));
        String key = maker.key("rich", "'budget_day_usd':1");
        Map<Integer, List<HttpResponse<String>>> answers = crowd(key, 200, ask("gpt-4-turbo-preview"), CHATS);
        assertThat(answers.keySet()).containsOnly(200, 429);
        assertThat(answers.get(200).size()).isBetween(33, 37);
        for (HttpResponse<String> refused : answers.get(429)) {
            assertThat(json(refused).at("/error/code").asText()).isEqualTo("budget_exceeded");
            assertThat(json(refused).at("/error/type").asText()).isEqualTo("rate_limit_error");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isPositive();
        }
        // What was reserved and not used comes back, and is spent too, but never more than all of it.
        for (int wave = 0; wave < 3; wave++) {
            await().until(() -> reservations(key) == 0);
            crowd(key, 20, ask("gpt-4-turbo-preview"), CHATS);
        }
        await().until(() -> reservations(key) == 0);
        assertThat(spent("rich")).isBetween(940_000L, 1_000_000L);
        assertThat(counter(key).get("day_micros")).isEqualTo(counter(key).get("month_micros"));
        assertThat(((Number) counter(key).get("day_micros")).longValue()).isEqualTo(spent("rich"));
        HttpResponse<String> over = gateway.post("/v1/chat/completions", ask("gpt-4-turbo-preview"), bearer(key));
        assertThat(over.statusCode()).isEqualTo(429);
        assertThat(over.headers().firstValue("x-should-retry"))
                .as("the day has to end first")
                .contains("false");
    }

    @Test
    void a_crowd_gets_exactly_the_requests_of_a_minute_whatever_way_it_takes() {
        String key = maker.key("many", "'requests_per_minute':40");
        List<String> ways = new ArrayList<>(CHATS);
        ways.add("/v1/messages/count_tokens");
        Map<Integer, List<HttpResponse<String>>> answers = crowd(key, 160, ask("demo"), ways);
        assertThat(answers.get(200)).hasSize(40);
        assertThat(answers.get(429)).hasSize(120).allSatisfy(refused -> {
            assertThat(json(refused).at("/error/code").asText()).isEqualTo("rate_limited");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isBetween(1L, 60L);
        });
        assertThat(reservations(key))
                .as("a request that is only counted reserves nothing")
                .isZero();
    }

    @Test
    void streams_and_whole_answers_share_one_limit_of_tokens() {
        String key = maker.key("talker", "'tokens_per_minute':5000");
        assertThat(gateway.post("/api/chat/completions", ASK.formatted("demo", "true"), bearer(key))
                        .statusCode())
                .isEqualTo(200);
        await().until(() -> reservations(key) == 0);
        long used = ((Number) counter(key).get("tokens")).longValue();
        assertThat(used).as("what the stream used, not what it reserved").isBetween(10L, 200L);
        Map<Integer, List<HttpResponse<String>>> answers = new java.util.HashMap<>();
        stub.always(Reply.ok().delay(Duration.ofMillis(500)));
        answers.putAll(crowd(key, 30, ask("gpt-4o"), CHATS));
        assertThat(answers.get(200)).as("1,000 tokens each of what is left").hasSize(4);
        HttpResponse<String> large =
                gateway.post("/v1/chat/completions", ask("gpt-4o").replace("\"max_tokens\":1000,", ""), bearer(key));
        assertThat(large.statusCode()).as("16,384 tokens at most").isEqualTo(429);
        assertThat(json(large).at("/error/message").asText()).contains("5000 tokens a minute", "max_tokens");
    }

    @Test
    void each_answer_tells_what_is_left_in_the_words_of_its_dialect() {
        String key = maker.key("curious", "'requests_per_minute':5,'tokens_per_minute':10000");
        HttpResponse<String> first = gateway.post("/v1/chat/completions", ask("demo"), bearer(key));
        assertThat(first.headers().firstValue("x-ratelimit-limit-requests")).contains("5");
        assertThat(first.headers().firstValue("x-ratelimit-remaining-requests")).contains("4");
        assertThat(first.headers().firstValue("x-ratelimit-reset-requests").orElseThrow())
                .matches("1m0s|\\d+s");
        assertThat(first.headers().firstValue("x-ratelimit-limit-tokens")).contains("10000");
        assertThat(first.headers()
                        .firstValueAsLong("x-ratelimit-remaining-tokens")
                        .orElseThrow())
                .isBetween(8000L, 8999L);
        HttpResponse<String> stream = gateway.post("/api/chat/completions", ASK.formatted("demo", "true"), bearer(key));
        assertThat(stream.headers().firstValue("x-ratelimit-remaining-requests"))
                .contains("3");
        HttpResponse<String> message = gateway.post("/v1/messages", ask("demo"), "x-api-key", key);
        assertThat(message.headers().firstValue("anthropic-ratelimit-requests-limit"))
                .contains("5");
        assertThat(message.headers().firstValue("anthropic-ratelimit-requests-remaining"))
                .contains("2");
        assertThat(message.headers()
                        .firstValue("anthropic-ratelimit-requests-reset")
                        .orElseThrow())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(message.headers().firstValue("anthropic-ratelimit-tokens-remaining"))
                .isPresent();
        gateway.post("/v1/messages/count_tokens", ask("demo"), "x-api-key", key);
        gateway.post("/v1/messages", ask("demo"), "x-api-key", key);
        HttpResponse<String> refused = gateway.post("/v1/messages", ask("demo"), "x-api-key", key);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(json(refused).at("/type").asText()).isEqualTo("error");
        assertThat(json(refused).at("/error/type").asText()).isEqualTo("rate_limit_error");
        assertThat(refused.headers().firstValue("anthropic-ratelimit-requests-remaining"))
                .contains("0");
        String free = maker.key("free", "");
        assertThat(gateway.post("/v1/chat/completions", ask("demo"), bearer(free))
                        .headers()
                        .map()
                        .keySet())
                .noneMatch(name -> name.startsWith("x-ratelimit"));
    }

    @Test
    void a_call_that_failed_gives_back_what_it_had_reserved() {
        String key = maker.key("unlucky", "'budget_day_usd':0.04,'tokens_per_minute':100000");
        for (Reply reply : List.of(Reply.error(500, "no"), Reply.error(400, "no"), Reply.reset(), Reply.half())) {
            stub.always(reply);
            for (String way : CHATS) {
                int status = gateway.post(way, ask("gpt-4-turbo-preview"), bearer(key))
                        .statusCode();
                assertThat(status).isIn(400, 500);
                await().until(() -> reservations(key) == 0);
            }
        }
        assertThat(gateway.post("/v1/chat/completions", "{\"model\":\"gpt-4-turbo-preview\"}", bearer(key))
                        .statusCode())
                .isEqualTo(400);
        assertThat(counter(key).get("day_micros")).isEqualTo(0);
        assertThat(spent("unlucky")).isZero();
    }

    @Test
    void limits_that_change_under_load_are_obeyed_at_once() {
        String key = maker.key("growing", "'requests_per_minute':10");
        assertThat(crowd(key, 60, ask("demo"), CHATS).get(200)).hasSize(10);
        List<CompletableFuture<HttpResponse<String>>> load = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            if (i == 60) {
                maker.change(key, "'requests_per_minute':25");
            }
            load.add(gateway.postAsync(CHATS.get(i % 3), ask("demo"), bearer(key)));
        }
        long more =
                load.stream().filter(call -> call.join().statusCode() == 200).count();
        assertThat(more).isEqualTo(15);
        maker.change(key, "'requests_per_minute':5");
        assertThat(crowd(key, 20, ask("demo"), CHATS)).containsOnlyKeys(429);
        maker.change(key, "'requests_per_minute':null");
        assertThat(crowd(key, 20, ask("demo"), CHATS)).containsOnlyKeys(200);
    }

    @Test
    void while_the_counters_are_locked_limited_keys_are_refused_and_others_are_not() throws Exception {
        String limited = maker.key("limited", "'requests_per_minute':100");
        String free = maker.key("free", "");
        assertThat(gateway.post(CHATS.get(0), ask("demo"), bearer(limited)).statusCode())
                .isEqualTo(200);
        assertThat(gateway.post(CHATS.get(0), ask("demo"), bearer(free)).statusCode())
                .isEqualTo(200);
        try (Connection other = DriverManager.getConnection(gateway.ledgerUrl());
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN EXCLUSIVE");
            assertThat(gateway.post(CHATS.get(0), ask("demo"), bearer(free)).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused = gateway.post(CHATS.get(0), ask("demo"), bearer(limited));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(json(refused).at("/error/code").asText()).isEqualTo("ledger_unavailable");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            lock.execute("ROLLBACK");
        }
        await().until(() ->
                gateway.post(CHATS.get(0), ask("demo"), bearer(limited)).statusCode() == 200);
    }

    @Test
    void the_sdks_need_nothing_but_the_key() {
        String key = maker.key("sdk", "'requests_per_minute':2");
        OpenAIClient openAi = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
        ChatCompletionCreateParams ask = ChatCompletionCreateParams.builder()
                .model("demo")
                .addUserMessage("Hi")
                .build();
        assertThat(openAi.chat().completions().create(ask).choices()).hasSize(1);
        AnthropicClient anthropic = AnthropicOkHttpClient.builder()
                .baseUrl(gateway.address())
                .apiKey(key)
                .maxRetries(0)
                .build();
        MessageCreateParams message = MessageCreateParams.builder()
                .model("demo")
                .maxTokens(100)
                .addUserMessage("Hi")
                .build();
        assertThat(anthropic.messages().create(message).content()).isNotEmpty();
        Assertions.assertThatThrownBy(() -> openAi.chat().completions().create(ask))
                .isInstanceOf(RateLimitException.class);
        Assertions.assertThatThrownBy(() -> anthropic.messages().create(message))
                .isInstanceOf(com.anthropic.errors.RateLimitException.class);
        maker.revoke(key);
        await().untilAsserted(() -> Assertions.assertThatThrownBy(
                        () -> openAi.chat().completions().create(ask))
                .isInstanceOf(UnauthorizedException.class));
        openAi.close();
        anthropic.close();
    }
}
