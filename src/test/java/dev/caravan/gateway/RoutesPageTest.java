package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The running routes about themselves. */
class RoutesPageTest {

    private static final String KEY = "sk-canarykey0123456789abcdef";
    private static final String PROMPT = "the canary sings in the coal mine";

    private StubProvider stub;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .variable("ANTHROPIC_API_KEY", KEY)
                .property("retry.max-attempts", "1")
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        stub.close();
    }

    @Test
    void shows_each_route_with_its_steps_in_the_order_of_its_file() {
        JsonNode chat = route("chat");
        assertThat(chat.path("description").asText())
                .startsWith("Takes a chat request")
                .endsWith(".");
        assertThat(chat.path("from").asText()).isEqualTo("platform-http:/api/chat/completions");
        assertThat(chat.path("state").asText()).isEqualTo("Started");
        assertThat(chat.path("steps").findValuesAsText("name"))
                .containsExactly("door.enter", "apiEntrance.read", "direct:complete");
        assertThat(chat.path("on_error").findValuesAsText("name")).contains("bill.settleFailure", "direct:usage");

        JsonNode openai = route("provider-openai");
        JsonNode breaker = step(openai, "openai-breaker");
        assertThat(breaker.path("kind").asText()).isEqualTo("circuitBreaker");
        assertThat(breaker.at("/steps/0/id").asText()).isEqualTo("openai-call");
        assertThat(breaker.at("/steps/0/kind").asText()).isEqualTo("to");
        assertThat(breaker.at("/steps/1/steps/0/kind").asText()).isEqualTo("when");
        assertThat(route("usage-write").toString()).contains("\"insert-outbox\"", "\"sql\"");
    }

    @Test
    void counts_what_came_through_and_what_failed() {
        assertThat(route("provider-openai").path("count").asInt(-1)).isZero();
        assertThat(route("provider-openai").path("time_ms").isNull()).isTrue();

        stub.next(Reply.ok(), Reply.ok(), Reply.error(500, "no"));
        for (int i = 0; i < 3; i++) {
            gateway.chat("gpt-4o", PROMPT);
        }

        JsonNode route = route("provider-openai");
        assertThat(route.path("count").asInt()).isEqualTo(3);
        assertThat(route.path("failed").asInt()).isEqualTo(1);
        assertThat(route.path("in_flight").asInt()).isZero();
        assertThat(step(route, "openai-breaker").path("failed").asInt()).isEqualTo(1);
        JsonNode call = step(route, "openai-call");
        assertThat(call.path("count").asInt()).isEqualTo(3);
        assertThat(call.path("failed").asInt()).isZero();
        assertThat(time(call, "total")).isPositive().isLessThan(time(route, "total"));
        assertThat(route("provider-google").path("count").asInt()).isZero();
        // What the entrance does on an error is counted there, and at no other entrance.
        assertThat(route("chat").at("/on_error/0/steps/0/count").asInt()).isEqualTo(1);
        assertThat(route("openai-dialect").at("/on_error/0/steps/0/count").asInt())
                .isZero();
    }

    @Test
    void tells_where_the_time_went() {
        stub.always(Reply.ok().delay(Duration.ofMillis(150)));
        for (int i = 0; i < 4; i++) {
            gateway.chat("gpt-4o", PROMPT);
        }
        JsonNode chat = route("chat");
        JsonNode call = step(route("provider-openai"), "openai-call");

        for (JsonNode waited : List.of(chat, call)) {
            assertThat(time(waited, "mean")).isBetween(new BigDecimal(149), new BigDecimal(2000));
            assertThat(time(waited, "p95")).isBetween(new BigDecimal(140), time(waited, "max"));
            assertThat(time(waited, "total")).isGreaterThan(new BigDecimal(4 * 149));
        }
        assertThat(time(call, "total")).isLessThan(time(chat, "total"));
        JsonNode door = chat.at("/steps/0");
        assertThat(door.path("name").asText()).isEqualTo("door.enter");
        assertThat(time(door, "p95")).isPositive().isLessThan(new BigDecimal(100));
    }

    @Test
    void a_route_is_shown_with_the_file_that_it_is_in() {
        assertThat(route("send").path("file").asText()).isEqualTo("chat.camel.yaml");
        // It is filled in from the template of another file.
        assertThat(route("provider-ollama").path("file").isNull()).isTrue();
    }

    @Test
    void each_id_of_a_step_that_is_counted_stands_once() {
        List<String> ids = new ArrayList<>();
        for (JsonNode route : routes()) {
            collect(route, ids);
        }
        assertThat(ids).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    }

    @Test
    void no_address_no_key_and_no_prompt_is_shown() {
        for (Reply reply : List.of(Reply.ok(), Reply.error(400, KEY), Reply.error(500, KEY), Reply.reset())) {
            stub.always(reply);
            gateway.chat("claude-haiku-4-5", PROMPT);
            gateway.chat("gpt-4o", PROMPT);
        }
        String text = gateway.get("/api/routes").body();

        assertThat(text)
                .contains("anthropic-call")
                .doesNotContain(KEY, PROMPT, "sk-test-openai", stub.address(), "127.0.0.1", "jdbc:", "http://", "?");
        assertThat(gateway.get("/metrics").body()).doesNotContain(KEY, PROMPT, stub.address());
    }

    @Test
    void where_keys_are_on_only_an_admin_sees_the_routes_and_everybody_the_empty_page() {
        try (RunningGateway closed =
                RunningGateway.with().variable("GATEWAY_KEYS", "on").start()) {
            KeyMaker maker = new KeyMaker(closed.ledgerUrl());
            String ann = maker.key("ann", "");

            assertThat(closed.get("/api/routes").statusCode()).isEqualTo(401);
            assertThat(closed.get("/api/routes", "x-api-key", ann).body()).doesNotContain("steps");
            assertThat(closed.get("/api/routes", "x-api-key", maker.admin()).body())
                    .contains("steps");
        }
    }

    private static BigDecimal time(JsonNode place, String name) {
        return place.at("/time_ms/" + name).decimalValue();
    }

    private JsonNode routes() {
        HttpResponse<String> response = gateway.get("/api/routes");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response).path("routes");
    }

    private JsonNode route(String id) {
        for (JsonNode route : routes()) {
            if (route.path("id").asText().equals(id)) {
                return route;
            }
        }
        throw new AssertionError("no route " + id);
    }

    private static JsonNode step(JsonNode place, String id) {
        JsonNode found = find(place, id);
        if (found == null) {
            throw new AssertionError("no step " + id + " in " + place);
        }
        return found;
    }

    private static void collect(JsonNode place, List<String> ids) {
        for (JsonNode step : place.path("steps")) {
            ids.add(step.path("id").asText());
            collect(step, ids);
        }
    }

    private static JsonNode find(JsonNode place, String id) {
        for (JsonNode step : place.path("steps")) {
            JsonNode found = step.path("id").asText().equals(id) ? step : find(step, id);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
