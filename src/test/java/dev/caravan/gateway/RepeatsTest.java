package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are sent again with their Idempotency-Key. */
class RepeatsTest {

    private static final String API = "/api/chat/completions";
    private static final String KEY = "Idempotency-Key";

    private StubProvider stub;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        stub = StubProvider.start();
        gateway = with("60000");
    }

    @AfterEach
    void stop() {
        gateway.close();
        stub.close();
    }

    private RunningGateway with(String window) {
        return RunningGateway.with()
                .providersAt(stub.address())
                .variable("IDEMPOTENCY_MS", window)
                .property("gateway.idempotency-bytes", "2000")
                .property("retry.max-attempts", "1")
                .start();
    }

    private static String chat(String question) {
        return "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}";
    }

    private static String id(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Request-Id").orElseThrow();
    }

    private int rows() {
        return RunningGateway.json(gateway.get("/api/usage/audit")).path("rows").asInt();
    }

    @ParameterizedTest
    @ValueSource(strings = {API, "/v1/chat/completions"})
    void a_request_that_is_sent_again_is_billed_once_and_has_the_same_answer(String path) {
        HttpResponse<String> first = gateway.post(path, chat("Hi"), KEY, "a-1");
        HttpResponse<String> again = gateway.post(path, chat("Hi"), KEY, "a-1");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("X-Session-Id"))
                .isEqualTo(first.headers().firstValue("X-Session-Id"))
                .isPresent();
        assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(id(again)).isNotEqualTo(id(first));
        assertThat(stub.requests()).isEqualTo(1);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void a_crowd_with_one_key_is_one_request() throws Exception {
        stub.always(Reply.ok().delay(Duration.ofMillis(500)));
        List<CompletableFuture<HttpResponse<String>>> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            crowd.add(gateway.postAsync(API, chat("Hi"), KEY, "crowd"));
        }
        String body = crowd.get(0).get(20, TimeUnit.SECONDS).body();
        for (CompletableFuture<HttpResponse<String>> one : crowd) {
            assertThat(one.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(one.get().body()).isEqualTo(body);
        }
        assertThat(stub.requests()).isEqualTo(1);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void another_body_or_entrance_under_the_same_key_is_a_conflict_that_names_the_first() {
        HttpResponse<String> first = gateway.post(API, chat("Hi"), KEY, "k");

        for (HttpResponse<String> other : List.of(
                gateway.post(API, chat("Ho"), KEY, "k"), gateway.post("/v1/chat/completions", chat("Hi"), KEY, "k"))) {
            assertThat(other.statusCode()).isEqualTo(409);
            assertThat(other.body()).contains("conflict", "another request", id(first));
        }
        assertThat(stub.requests()).isEqualTo(1);
    }

    @Test
    void a_request_whose_first_one_failed_is_sent() {
        stub.next(Reply.error(500, "broken"));
        assertThat(gateway.post(API, chat("Hi"), KEY, "f").statusCode()).isEqualTo(500);
        assertThat(gateway.post(API, chat("Hi"), KEY, "f").statusCode()).isEqualTo(200);
        assertThat(gateway.post(API, "{\"model\":\"no\"}", KEY, "g").statusCode())
                .isEqualTo(400);
        assertThat(gateway.post(API, chat("Hi"), KEY, "g").statusCode()).isEqualTo(200);
        assertThat(stub.requests()).isEqualTo(3);
    }

    @Test
    void a_stream_is_not_kept_and_its_repetition_learns_the_id() {
        stub.always(Reply.spoken("a few words", Duration.ZERO));
        String body = chat("Hi").replace("}]}", "}],\"stream\":true}");
        HttpResponse<String> first = gateway.post(API, body, KEY, "s");
        HttpResponse<String> again = gateway.post(API, body, KEY, "s");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains(id(first));
        assertThat(stub.requests()).isEqualTo(1);
    }

    @Test
    void an_answer_that_had_to_make_room_is_a_conflict_and_not_a_second_bill() {
        stub.always(Reply.ok().text("x".repeat(1500)));
        HttpResponse<String> first = gateway.post(API, chat("Hi"), KEY, "old");
        gateway.post(API, chat("Hi"), KEY, "new");

        HttpResponse<String> again = gateway.post(API, chat("Hi"), KEY, "old");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains(id(first));
        assertThat(gateway.post(API, chat("Hi"), KEY, "new").statusCode()).isEqualTo(200);
        assertThat(stub.requests()).isEqualTo(2);
    }

    @Test
    void after_the_window_a_key_is_new() {
        gateway.close();
        gateway = with("300");
        gateway.post(API, chat("Hi"), KEY, "w");
        Awaitility.await().pollInterval(Duration.ofMillis(500)).until(() -> {
            gateway.post(API, chat("Hi"), KEY, "w");
            return stub.requests() == 2;
        });
    }

    @Test
    void without_the_setting_every_request_is_its_own() {
        gateway.close();
        gateway = with("0");
        gateway.post(API, chat("Hi"), KEY, "o");
        gateway.post(API, chat("Hi"), KEY, "o");
        assertThat(stub.requests()).isEqualTo(2);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void a_key_that_cannot_be_is_named() {
        for (String key : List.of("a b", "k".repeat(256))) {
            HttpResponse<String> answer = gateway.post(API, chat("Hi"), KEY, key);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains(KEY);
        }
        HttpResponse<String> twice = gateway.post(API, chat("Hi"), KEY, "a", KEY, "b");
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(stub.requests()).isZero();
    }

    @Test
    void keys_of_two_callers_do_not_meet() {
        gateway.close();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .variable("IDEMPOTENCY_MS", "60000")
                .variable("GATEWAY_KEYS", "on")
                .start();
        KeyMaker keys = new KeyMaker(gateway.ledgerUrl());
        String one = keys.key("ann", "");
        String two = keys.key("bob", "");
        Awaitility.await()
                .until(() -> gateway.get("/v1/models", "x-api-key", two).statusCode() == 200);
        assertThat(gateway.post(API, chat("Hi"), KEY, "k", "x-api-key", one).statusCode())
                .isEqualTo(200);
        assertThat(gateway.post(API, chat("Hi"), KEY, "k", "x-api-key", two).statusCode())
                .isEqualTo(200);
        assertThat(stub.requests()).isEqualTo(2);
    }
}
