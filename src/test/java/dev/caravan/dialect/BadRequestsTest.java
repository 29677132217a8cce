package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input: each case with the code, the field and the words that a caller reads. */
class BadRequestsTest {

    private static final ApiDialect API = new ApiDialect(() -> "session-made");
    private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";

    /** A request whose messages are good and that has these further fields. */
    private static String with(String fields) {
        return "{\"model\":\"m\",\"messages\":[" + USER + "]," + fields + "}";
    }

    private static String messages(String messages) {
        return "{\"model\":\"m\",\"messages\":" + messages + "}";
    }

    /** A request whose last message is this one. */
    private static String message(String message) {
        return messages("[" + USER + "," + message + "]");
    }

    private static String part(String part) {
        return message("{\"role\":\"user\",\"content\":[" + part + "]}");
    }

    private static Arguments bad(String body, String code, String param, String fragment) {
        return Arguments.of(body, code, param, fragment);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                bad("", "malformed_json", null, "the body is empty; send a JSON object"),
                bad("   ", "malformed_json", null, "the body is empty"),
                bad("hello", "malformed_json", null, "is not valid JSON (line 1, column"),
                bad("{", "malformed_json", null, "ends too early"),
                bad("{\"model\":\"m\"", "malformed_json", null, "ends too early"),
                bad("{'model':'m'}", "malformed_json", null, "is not valid JSON"),
                bad("{\"model\":NaN}", "malformed_json", null, "is not valid JSON"),
                bad("{\"model\":\"a\nb\"}", "malformed_json", null, "is not valid JSON"),
                bad("{\"model\":\"\\x\"}", "malformed_json", null, "is not valid JSON"),
                bad("{\"model\":01}", "malformed_json", null, "is not valid JSON"),
                bad("{\"model\":\"m\",}", "malformed_json", null, "is not valid JSON"),
                bad("{\"model\":\"m\"} x", "malformed_json", null, "is not valid JSON"),
                bad(with("\"n\":1") + "{}", "malformed_json", null, "something follows the JSON value"),
                bad(with("\"n\":1") + "]", "malformed_json", null, "is not valid JSON"),
                bad("\uFEFF" + with("\"n\":1"), "malformed_json", null, "byte order mark"),
                bad("[1]", "invalid_type", null, "the body must be a JSON object, was an array"),
                bad("\"x\"", "invalid_type", null, "was a string"),
                bad("7", "invalid_type", null, "was a number"),
                bad("null", "invalid_type", null, "was null"),
                bad("true", "invalid_type", null, "was a boolean"),
                bad(with("\"n\":1,\"n\":1"), "malformed_json", "n", "n is there twice; send it once"),
                bad(with("\"stop\":\"a\",\"stop\":{}"), "malformed_json", "stop", "stop is there twice"),
                bad(
                        message("{\"role\":\"user\",\"content\":\"a\",\"content\":\"b\"}"),
                        "malformed_json",
                        "messages[1].content",
                        "messages[1].content is there twice"),
                bad(
                        with("\"x\":" + "[".repeat(200) + "]".repeat(200)),
                        "malformed_json",
                        null,
                        "nested deeper than 100 levels"),
                bad("[".repeat(100_000), "malformed_json", null, "nested deeper than 100 levels"),
                bad("{\"a\":".repeat(100_000), "malformed_json", null, "nested deeper than 100 levels"),
                bad(with("\"seed\":" + "9".repeat(5000)), "out_of_range", "seed", "at most 100 characters"),
                bad(
                        with("\"temperature\":0." + "1".repeat(5000)),
                        "out_of_range",
                        "temperature",
                        "at most 100 characters"),
                bad(
                        with("\"x\":[0," + "9".repeat(101) + "]"),
                        "out_of_range",
                        "x[1]",
                        "x[1] must be a number of at most 100"),
                bad(with("\"x\":{\"y\":[1e999999999]}"), "out_of_range", "x.y[0]", "an exponent of at most 400"),
                bad(with("\"x\":1e-401"), "out_of_range", "x", "an exponent of at most 400"),
                bad(
                        with("\"" + "k".repeat(2000) + "\":1"),
                        "malformed_json",
                        null,
                        "a field's name has more than 1000 characters"),
                bad(
                        "{\"" + "k".repeat(200) + "\":" + ("{\"" + "k".repeat(900) + "\":").repeat(50) + "1e999"
                                + "}".repeat(51),
                        "out_of_range",
                        String.join(".", java.util.Collections.nCopies(4, "k".repeat(64))),
                        "an exponent of at most 400"),
                bad(with("\"a\\nb\":1e999"), "out_of_range", "a?b", "a?b must be"),
                bad(
                        message("{\"role\":\"user\",\"content\":\"a\\ud800b\"}"),
                        "invalid_value",
                        "messages[1].content",
                        "half a surrogate pair"),
                bad(with("\"x\":[\"\\udc00\\ud83d\"]"), "invalid_value", "x[0]", "half a surrogate pair"),
                bad(with("\"x\":{\"\\ud800\":1}"), "invalid_value", "x", "half a surrogate pair"));
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                bad("{}", "missing_field", "model", "model is required and must be a string"),
                bad("{\"model\":null}", "missing_field", "model", "model is required"),
                bad("{\"model\":7}", "invalid_type", "model", "model must be a string, was a number"),
                bad("{\"model\":\"\"}", "invalid_value", "model", "model must be a string that is not empty"),
                bad("{\"model\":\"m\"}", "missing_field", "messages", "must be an array of messages"),
                bad(messages("{}"), "invalid_type", "messages", "messages must be an array, was an object"),
                bad(messages("[]"), "invalid_value", "messages", "messages must not be empty"),
                bad(messages("[null]"), "invalid_type", "messages[0]", "messages[0] must be an object, was null"),
                bad(
                        messages("[{\"role\":\"system\",\"content\":\"x\"}]"),
                        "invalid_value",
                        "messages",
                        "messages must contain at least one message with role \"user\""),
                bad(with("\"temperature\":2.1"), "out_of_range", "temperature", "a number from 0 to 2, was 2.1"),
                bad(with("\"temperature\":-0.1"), "out_of_range", "temperature", "from 0 to 2, was -0.1"),
                bad(with("\"temperature\":\"1\""), "invalid_type", "temperature", "from 0 to 2, was a string"),
                bad(with("\"temperature\":1e300"), "out_of_range", "temperature", "from 0 to 2, was 1E+300"),
                bad(with("\"top_p\":1.01"), "out_of_range", "top_p", "a number from 0 to 1, was 1.01"),
                bad(with("\"top_p\":[]"), "invalid_type", "top_p", "from 0 to 1, was an array"),
                bad(with("\"max_tokens\":0"), "out_of_range", "max_tokens", "a whole number of at least 1, was 0"),
                bad(with("\"max_tokens\":-5"), "out_of_range", "max_tokens", "was -5"),
                bad(with("\"max_tokens\":1.5"), "invalid_type", "max_tokens", "whole number of at least 1, was 1.5"),
                bad(with("\"max_tokens\":\"100\""), "invalid_type", "max_tokens", "was a string"),
                bad(with("\"max_tokens\":true"), "invalid_type", "max_tokens", "was a boolean"),
                bad(with("\"max_completion_tokens\":0"), "out_of_range", "max_completion_tokens", "was 0"),
                bad(
                        with("\"max_tokens\":5,\"max_completion_tokens\":6"),
                        "invalid_value",
                        "max_tokens",
                        "must be the same where both are given"),
                bad(with("\"stream\":\"true\""), "invalid_type", "stream", "stream must be true or false"),
                bad(with("\"stream\":1"), "invalid_type", "stream", "was a number"),
                bad(with("\"stream_options\":true"), "invalid_type", "stream_options", "must be an object"),
                bad(
                        with("\"stream_options\":{\"include_usage\":1}"),
                        "invalid_type",
                        "stream_options.include_usage",
                        "true or false"),
                bad(with("\"n\":0"), "out_of_range", "n", "a whole number from 1 to 128, was 0"),
                bad(with("\"n\":129"), "out_of_range", "n", "was 129"),
                bad(with("\"n\":2"), "unsupported_parameter", "n", "n must be 1 here"),
                bad(with("\"seed\":99999999999999999999"), "out_of_range", "seed", "was 99999999999999999999"),
                bad(with("\"seed\":\"x\""), "invalid_type", "seed", "a whole number from"),
                bad(with("\"presence_penalty\":2.5"), "out_of_range", "presence_penalty", "from -2 to 2"),
                bad(with("\"frequency_penalty\":-3"), "out_of_range", "frequency_penalty", "from -2 to 2"),
                bad(with("\"logprobs\":1"), "invalid_type", "logprobs", "true or false"),
                bad(with("\"top_logprobs\":21"), "out_of_range", "top_logprobs", "from 0 to 20, was 21"),
                bad(with("\"logit_bias\":[]"), "invalid_type", "logit_bias", "must be an object, was an array"),
                bad(with("\"logit_bias\":{\"50\":101}"), "out_of_range", "logit_bias.50", "from -100 to 100"),
                bad(with("\"logit_bias\":{\"50\":\"x\"}"), "invalid_type", "logit_bias.50", "from -100 to 100"),
                bad(
                        with("\"reasoning_effort\":\"hard\""),
                        "invalid_value",
                        "reasoning_effort",
                        "must be one of none, minimal, low, medium, high, xhigh, max"),
                bad(with("\"reasoning_effort\":3"), "invalid_type", "reasoning_effort", "must be a string"),
                bad(with("\"parallel_tool_calls\":0"), "invalid_type", "parallel_tool_calls", "true or false"),
                bad(with("\"user\":{}"), "invalid_type", "user", "user must be a string, was an object"),
                bad(with("\"stop\":7"), "invalid_type", "stop", "a string or an array of at most 4 strings"),
                bad(with("\"stop\":\"\""), "invalid_value", "stop", "a string that is not empty"),
                bad(with("\"stop\":[\"a\",1]"), "invalid_type", "stop[1]", "stop[1] must be a string, was a number"),
                bad(
                        with("\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\"]"),
                        "out_of_range",
                        "stop",
                        "stop must have at most 4 strings, had 5"),
                bad(with("\"response_format\":\"json\""), "invalid_type", "response_format", "must be an object"),
                bad(with("\"response_format\":{}"), "missing_field", "response_format.type", "is required"),
                bad(
                        with("\"response_format\":{\"type\":\"xml\"}"),
                        "invalid_value",
                        "response_format.type",
                        "must be one of text, json_object, json_schema"),
                bad(
                        with("\"response_format\":{\"type\":\"json_schema\"}"),
                        "missing_field",
                        "response_format.json_schema",
                        "must be an object"),
                bad(
                        with(
                                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":[]}}"),
                        "invalid_type",
                        "response_format.json_schema.schema",
                        "must be an object, was an array"));
    }

    static Stream<Arguments> ids() {
        return Stream.of(
                bad(with("\"session_id\":7"), "invalid_type", "session_id", "session_id must be a string"),
                bad(with("\"session_id\":\"\""), "out_of_range", "session_id", "must be 1 to 256 characters, was 0"),
                bad(with("\"user_id\":\"" + "u".repeat(257) + "\""), "out_of_range", "user_id", "was 257"),
                bad(with("\"user_id\":\"a\\u0000b\""), "invalid_value", "user_id", "must not have control characters"),
                bad(with("\"user_id\":\"a\\r\\nSet-Cookie: x\""), "invalid_value", "user_id", "control characters"),
                bad(with("\"session_id\":\"a\\u0085\""), "invalid_value", "session_id", "control characters"),
                bad(with("\"session_id\":\"a\\u007f\""), "invalid_value", "session_id", "control characters"),
                bad(with("\"session_id\":\"a\\ud83d\""), "invalid_value", "session_id", "half a surrogate pair"));
    }

    static Stream<Arguments> messageFields() {
        return Stream.of(
                bad(message("{\"content\":\"x\"}"), "missing_field", "messages[1].role", "is required"),
                bad(
                        message("{\"role\":\"robot\",\"content\":\"x\"}"),
                        "invalid_value",
                        "messages[1].role",
                        "must be one of system, developer, user, assistant, tool"),
                bad(message("{\"role\":1}"), "invalid_type", "messages[1].role", "must be a string, was a number"),
                bad(
                        message("{\"role\":\"user\"}"),
                        "missing_field",
                        "messages[1].content",
                        "string or an array of parts"),
                bad(
                        message("{\"role\":\"user\",\"content\":null}"),
                        "missing_field",
                        "messages[1].content",
                        "is required"),
                bad(
                        message("{\"role\":\"user\",\"content\":5}"),
                        "invalid_type",
                        "messages[1].content",
                        "was a number"),
                bad(
                        message("{\"role\":\"user\",\"content\":{}}"),
                        "invalid_type",
                        "messages[1].content",
                        "was an object"),
                bad(
                        message("{\"role\":\"user\",\"content\":[]}"),
                        "invalid_value",
                        "messages[1].content",
                        "empty array"),
                bad(message("{\"role\":\"assistant\"}"), "missing_field", "messages[1].content", "is required"),
                bad(
                        message("{\"role\":\"user\",\"content\":\"x\",\"name\":1}"),
                        "invalid_type",
                        "messages[1].name",
                        "must be a string"),
                bad(part("\"x\""), "invalid_type", "messages[1].content[0]", "must be an object, was a string"),
                bad(part("{}"), "missing_field", "messages[1].content[0].type", "is required"),
                bad(part("{\"type\":\"text\"}"), "missing_field", "messages[1].content[0].text", "must be a string"),
                bad(
                        part("{\"type\":\"text\",\"text\":[]}"),
                        "invalid_type",
                        "messages[1].content[0].text",
                        "must be a string, was an array"),
                bad(
                        part("{\"type\":\"image_url\"}"),
                        "missing_field",
                        "messages[1].content[0].image_url",
                        "must be an object"),
                bad(
                        part("{\"type\":\"image_url\",\"image_url\":\"https://a\"}"),
                        "invalid_type",
                        "messages[1].content[0].image_url",
                        "must be an object, was a string"),
                bad(
                        part("{\"type\":\"text\",\"text\":\"\"},{\"type\":\"image_url\",\"image_url\":{\"url\":3}}"),
                        "invalid_type",
                        "messages[1].content[1].image_url.url",
                        "must be a string, was a number"),
                bad(
                        part("{\"type\":\"image_url\",\"image_url\":{\"url\":\"file:///etc/passwd\"}}"),
                        "invalid_value",
                        "messages[1].content[0].image_url.url",
                        "must be an https URL or a data:image/...;base64, URI"),
                bad(
                        part("{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://10.0.0.1/\"}}"),
                        "invalid_value",
                        "messages[1].content[0].image_url.url",
                        "must be an https URL"),
                bad(
                        part("{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a/" + "b".repeat(300)
                                + "\\r\\n\"}}"),
                        "invalid_value",
                        "messages[1].content[0].image_url.url",
                        "must be an https URL"),
                bad(
                        message("{\"role\":\"system\",\"content\":[{\"type\":\"image_url\"}]}"),
                        "invalid_value",
                        "messages[1].content[0].type",
                        "must be text in a message with role \"system\""),
                bad(
                        message("{\"role\":\"tool\",\"content\":\"x\"}"),
                        "missing_field",
                        "messages[1].tool_call_id",
                        "must be a string"));
    }

    static Stream<Arguments> tools() {
        return Stream.of(
                bad(with("\"tools\":{}"), "invalid_type", "tools", "tools must be an array, was an object"),
                bad(with("\"tools\":[1]"), "invalid_type", "tools[0]", "tools[0] must be an object"),
                bad(with("\"tools\":[{}]"), "missing_field", "tools[0].type", "is required"),
                bad(with("\"tools\":[{\"type\":\"x\"}]"), "invalid_value", "tools[0].type", "function or custom"),
                bad(with("\"tools\":[{\"type\":\"function\"}]"), "missing_field", "tools[0].function", "an object"),
                bad(
                        with("\"tools\":[{\"type\":\"function\",\"function\":{}}]"),
                        "missing_field",
                        "tools[0].function.name",
                        "is required"),
                bad(
                        with("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":\"x\"}}]"),
                        "invalid_type",
                        "tools[0].function.parameters",
                        "must be an object, was a string"),
                bad(with("\"tool_choice\":\"any\""), "invalid_value", "tool_choice", "must be auto, none, required"),
                bad(with("\"tool_choice\":5"), "invalid_type", "tool_choice", "a string or an object, was a number"),
                bad(
                        with("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}"),
                        "invalid_value",
                        "tool_choice.function.name",
                        "must be the name of one of tools"),
                bad(
                        message("{\"role\":\"assistant\",\"tool_calls\":[{\"type\":\"function\"}]}"),
                        "missing_field",
                        "messages[1].tool_calls[0].id",
                        "is required"),
                bad(
                        message("{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"f\",\"arguments\":{}}}]}"),
                        "invalid_type",
                        "messages[1].tool_calls[0].function.arguments",
                        "must be a string, was an object"));
    }

    @ParameterizedTest(name = "[{index}] {1} {2}: {3}")
    @MethodSource({"malformed", "fields", "ids", "messageFields", "tools"})
    void says_what_is_wrong_and_what_would_be_right(String body, String code, String param, String fragment) {
        RequestException failure = catchThrowableOfType(
                RequestException.class, () -> API.parse(body.getBytes(StandardCharsets.UTF_8), IdHeaders.NONE));

        assertThat(failure).as("refused").isNotNull();
        assertThat(failure.code().wireName()).isEqualTo(code);
        assertThat(failure.code().status()).isEqualTo(400);
        assertThat(failure.param()).isEqualTo(param);
        assertThat(failure.text()).contains(fragment).doesNotContain("jackson").hasSizeLessThan(600);
    }

    @Test
    void refuses_bytes_that_are_no_utf_8() {
        byte[] latin1 = with("\"user\":\"ä\"").getBytes(StandardCharsets.ISO_8859_1);
        byte[] surrogate = with("\"user\":\"???\"").getBytes(StandardCharsets.US_ASCII);
        int at = new String(surrogate, StandardCharsets.US_ASCII).indexOf("???");
        surrogate[at] = (byte) 0xed;
        surrogate[at + 1] = (byte) 0xa0;
        surrogate[at + 2] = (byte) 0x80;

        for (byte[] body : new byte[][] {latin1, surrogate, {'{', '}', (byte) 0xc3}}) {
            assertThatThrownBy(() -> API.parse(body, IdHeaders.NONE))
                    .isInstanceOf(RequestException.class)
                    .hasMessageContaining("the body is not valid UTF-8 at byte");
        }
    }

    @Test
    void refuses_a_body_in_another_encoding() {
        for (var charset : new java.nio.charset.Charset[] {
            StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16
        }) {
            assertThatThrownBy(() -> API.parse(with("\"n\":1").getBytes(charset), IdHeaders.NONE))
                    .isInstanceOfSatisfying(
                            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_JSON));
        }
    }

    @Test
    void many_small_values_are_too_large_however_few_bytes_they_take() {
        byte[] most = with("\"x\":[" + "{},".repeat(249_900) + "{}]").getBytes(StandardCharsets.UTF_8);
        byte[] tooMany = with("\"x\":[" + "{},".repeat(250_000) + "{}]").getBytes(StandardCharsets.UTF_8);

        assertThat(API.parse(most, IdHeaders.NONE).body().path("x")).hasSize(249_901);
        assertThatThrownBy(() -> API.parse(tooMany, IdHeaders.NONE))
                .isInstanceOfSatisfying(RequestException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.BODY_TOO_LARGE);
                    assertThat(e.text()).contains("at most 500000 names, values, braces and brackets");
                });
    }

    @Test
    void refuses_or_reads_a_body_of_many_megabytes_without_taking_long() {
        String text = "x".repeat(16 << 20);
        Instant start = Instant.now();

        assertThat(API.parse(
                                message("{\"role\":\"user\",\"content\":\"" + text + "\"}")
                                        .getBytes(StandardCharsets.UTF_8),
                                IdHeaders.NONE)
                        .messages()
                        .get(1)
                        .text())
                .hasSize(16 << 20);
        assertThatThrownBy(() ->
                        API.parse(("[" + "0,".repeat(8 << 20) + "0]").getBytes(StandardCharsets.UTF_8), IdHeaders.NONE))
                .isInstanceOf(RequestException.class);

        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }
}
