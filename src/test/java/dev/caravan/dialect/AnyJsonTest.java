package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.RequestException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is sent: a chat request or a refusal that a caller can read, and soon. */
class AnyJsonTest {

    private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);
    private static final ApiDialect API = new ApiDialect(() -> "s");
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final String FULL = """
            {"model":"m","temperature":1,"top_p":0.5,"max_tokens":5,"max_completion_tokens":5,"stop":["a"],"seed":1,
             "n":1,"logprobs":true,"top_logprobs":2,"logit_bias":{"1":2},"presence_penalty":0,"frequency_penalty":0,
             "reasoning_effort":"low","parallel_tool_calls":true,"user":"u","safety_identifier":"h","stream":false,
             "stream_options":{"include_usage":true},"session_id":"s","user_id":"u","tool_choice":{"type":"function",
             "function":{"name":"f"}},"tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
             "parameters":{"type":"object"}}},{"type":"custom","custom":{"name":"c"}}],"response_format":
             {"type":"json_schema","json_schema":{"name":"s","schema":{},"strict":true}},"unknown":{"a":[1]},
             "messages":[{"role":"system","content":"s"},{"role":"user","name":"n","content":[{"type":"text","text":"t"},
             {"type":"image_url","image_url":{"url":"https://a.example/b","detail":"low"}},{"type":"file","file":{}}]},
             {"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"i","type":"function","function":
             {"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"x"}}}]},
             {"role":"tool","tool_call_id":"i","content":"r"}]}
            """;

    private static final String ANTHROPIC = """
            {"model":"m","max_tokens":5,"system":[{"type":"text","text":"s"}],"temperature":1,"top_p":0.5,"top_k":3,
             "stop_sequences":["a"],"stream":true,"metadata":{"user_id":"u"},"session_id":"s","user_id":"u",
             "thinking":{"type":"enabled","budget_tokens":2000},"service_tier":"auto",
             "output_config":{"effort":"low","format":{"type":"json_schema","schema":{}}},
             "tools":[{"name":"f","description":"d","input_schema":{},"strict":true},{"type":"web_search","name":"w"}],
             "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
             "messages":[{"role":"user","content":[{"type":"text","text":"t"},{"type":"document"},
             {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}}]},
             {"role":"assistant","content":[{"type":"thinking"},{"type":"text","text":"t"},
             {"type":"tool_use","id":"i","name":"f","input":{"a":1}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"i","is_error":false,
             "content":[{"type":"text","text":"r"}]}]},{"role":"system","content":"later"}]}
            """;

    @Provide
    static Arbitrary<JsonNode> anyJson() {
        Arbitrary<JsonNode> leaf = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20).map(JSON::textNode),
                Arbitraries.of("user", "function", "", "text", "\uD800", "a\u0000b")
                        .map(JSON::textNode),
                Arbitraries.bigIntegers()
                        .between(BigInteger.TEN.pow(60).negate(), BigInteger.TEN.pow(60))
                        .map(JSON::numberNode),
                Arbitraries.of("1E+999999999", "1E-999999999", "0.10", "-0.0", "1E+10", "2.0000001")
                        .map(text -> JSON.numberNode(new BigDecimal(text))),
                Arbitraries.integers().between(-3, 200).map(JSON::numberNode),
                Arbitraries.of(true, false).map(JSON::booleanNode),
                Arbitraries.just(JSON.nullNode()));
        return Arbitraries.recursive(() -> leaf, AnyJsonTest::nest, 0, 3);
    }

    private static Arbitrary<JsonNode> nest(Arbitrary<JsonNode> inner) {
        Arbitrary<JsonNode> array = inner.list().ofMaxSize(3).map(elements -> {
            ArrayNode node = JSON.arrayNode();
            elements.forEach(node::add);
            return node;
        });
        Arbitrary<String> names =
                Arbitraries.of("type", "role", "content", "name", "function", "text", "id", "url", "\uDC00", "x");
        Arbitrary<JsonNode> object = Combinators.combine(names, inner, names, inner)
                .as((a, first, b, second) -> {
                    ObjectNode node = JSON.objectNode();
                    node.set(a, first);
                    node.set(b, second);
                    return node;
                });
        return Arbitraries.oneOf(inner, array, object);
    }

    @Example
    void begins_with_bodies_that_are_good() {
        assertThat(API.parse(FULL.getBytes(StandardCharsets.UTF_8), IdHeaders.NONE)
                        .messages())
                .hasSize(4);
        assertThat(new AnthropicDialect(() -> "s")
                        .parse(ANTHROPIC.getBytes(StandardCharsets.UTF_8), IdHeaders.NONE)
                        .messages())
                .hasSize(5);
    }

    private static void answersSoon(byte[] body) {
        answersSoon(API, body);
    }

    private static void answersSoon(Dialect dialect, byte[] body) {
        long start = System.nanoTime();
        try {
            assertThat(dialect.parse(body, IdHeaders.NONE).messages()).isNotEmpty();
        } catch (RequestException refusal) {
            assertThat(refusal.code().status()).isEqualTo(400);
            assertThat(refusal.text()).isNotBlank().doesNotContain("\n").hasSizeLessThan(1000);
            assertThat(dialect.error(refusal, "r")).isNotEmpty();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    @Property(tries = 1500)
    void any_value_at_any_place_is_read_or_refused(@ForAll("anyJson") JsonNode value, @ForAll int choice) {
        ObjectNode body = CallerJson.read(FULL.getBytes(StandardCharsets.UTF_8));
        List<Runnable> places = new ArrayList<>();
        collect(body, value, places);

        places.get(Math.floorMod(choice, places.size())).run();

        answersSoon(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void collect(JsonNode node, JsonNode value, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                places.add(() -> object.set(field.getKey(), value));
                places.add(() -> object.remove(field.getKey()));
                collect(field.getValue(), value, places);
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                places.add(() -> array.set(index, value));
                places.add(() -> array.remove(index));
                collect(array.get(i), value, places);
            }
        }
    }

    @Property(tries = 1500)
    void any_value_at_any_place_of_an_anthropic_body_is_read_or_refused(
            @ForAll("anyJson") JsonNode value, @ForAll int choice) {
        ObjectNode body = CallerJson.read(ANTHROPIC.getBytes(StandardCharsets.UTF_8));
        List<Runnable> places = new ArrayList<>();
        collect(body, value, places);

        places.get(Math.floorMod(choice, places.size())).run();

        answersSoon(new AnthropicDialect(() -> "s"), body.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 500)
    void any_json_is_read_or_refused(@ForAll("anyJson") JsonNode value) {
        answersSoon(value.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 500)
    void any_bytes_are_read_or_refused(@ForAll byte[] body) {
        answersSoon(body);
    }

    @Property(tries = 1000)
    void any_damage_to_a_good_body_is_read_or_refused(@ForAll byte damage, @ForAll int place, @ForAll boolean cut) {
        byte[] body = FULL.getBytes(StandardCharsets.UTF_8);
        int at = Math.floorMod(place, body.length);
        body[at] = damage;

        answersSoon(cut ? Arrays.copyOf(body, at) : body);
    }
}
