package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.ToolCall;
import dev.caravan.wire.UsageSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicDialectTest {

    private static final AnthropicDialect DIALECT = new AnthropicDialect(() -> "session-made");
    private static final Catalog CATALOG = new CatalogFile(Set.of("openai", "anthropic", "google", "demo"))
            .read(Path.of("data", "models_config.json"));
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private static ChatRequest parse(String body) {
        return DIALECT.parse(body.getBytes(StandardCharsets.UTF_8), IdHeaders.NONE);
    }

    private static ChatRequest with(String fields) {
        return parse("{\"model\":\"gpt-4o\",\"max_tokens\":5," + fields + "}");
    }

    private static String openAi(String fields) {
        String body = with(fields).body().toString();
        return body.substring("{\"model\":\"gpt-4o\",".length(), body.length() - 1);
    }

    private static String answer(
            String content, FinishReason reason, List<ToolCall> calls, TokenUsage usage, @Nullable ObjectNode body) {
        ChatResponse response = new ChatResponse(
                "chatcmpl-1", content, null, calls, reason, null, ReportedUsage.UNKNOWN, null, null, body);
        return new String(
                DIALECT.answer(new Answer(
                        with(HI),
                        CATALOG.require("gpt-4o"),
                        response,
                        usage,
                        new Charge(20, 50),
                        List.of(),
                        Instant.EPOCH)),
                StandardCharsets.UTF_8);
    }

    @Test
    void turns_a_plain_request_into_openais_format() {
        assertThat(openAi(HI + ",\"system\":\"Be kind\",\"temperature\":0.50,\"top_p\":1,\"stop_sequences\":[\"END\"],"
                        + "\"stream\":false,\"metadata\":{\"user_id\":\"u-1\"},\"service_tier\":\"standard_only\""))
                .isEqualTo("\"messages\":[{\"role\":\"system\",\"content\":\"Be kind\"},"
                        + "{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":5,\"temperature\":0.50,\"top_p\":1,"
                        + "\"stream\":false,\"stop\":[\"END\"],\"user\":\"u-1\",\"service_tier\":\"default\"");
    }

    @Test
    void turns_a_conversation_with_tools_into_openais_messages() {
        assertThat(openAi("""
                        "system":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"type":"text","text":"b"}],
                        "messages":[
                         {"role":"user","content":[{"type":"text","text":"look"},
                          {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
                          {"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}]},
                         {"role":"assistant","content":[{"type":"thinking","thinking":"private","signature":"s"},
                          {"type":"text","text":"I call"},
                          {"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1.50}},
                          {"type":"tool_use","id":"toolu_2","name":"g","input":{}}]},
                         {"role":"user","content":[
                          {"type":"tool_result","tool_use_id":"toolu_1","content":"one"},
                          {"type":"tool_result","tool_use_id":"toolu_2","is_error":true,
                           "content":[{"type":"text","text":"two"},
                            {"type":"image","source":{"type":"url","url":"https://example.com/b.png"}}]},
                          {"type":"text","text":"go on"}]}]
                        """))
                .isEqualTo("\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                        + "{\"type\":\"text\",\"text\":\"b\"}]},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}]},"
                        + "{\"role\":\"assistant\",\"content\":\"I call\",\"tool_calls\":["
                        + "{\"id\":\"toolu_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1.50}\"}},"
                        + "{\"id\":\"toolu_2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"toolu_1\",\"content\":\"one\"},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"toolu_2\",\"content\":\"Error: two\"},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/b.png\"}},"
                        + "{\"type\":\"text\",\"text\":\"go on\"}]}],\"max_tokens\":5");
    }

    @Test
    void turns_tools_and_the_choice_of_one_into_openais() {
        assertThat(openAi(HI + ",\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"default\":null},"
                        + "\"strict\":true,\"cache_control\":{\"type\":\"ephemeral\"}}],"
                        + "\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\",\"disable_parallel_tool_use\":true}"))
                .endsWith("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
                        + "\"parameters\":{\"default\":null},\"strict\":true}}],"
                        + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
                        + "\"parallel_tool_calls\":false");
        assertThat(openAi(HI + ",\"tool_choice\":{\"type\":\"any\"}")).endsWith("\"tool_choice\":\"required\"");
        assertThat(openAi(HI + ",\"tool_choice\":{\"type\":\"none\"}")).endsWith("\"tool_choice\":\"none\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024} | low",
                "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":10000} | medium",
                "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":32000} | high",
                "\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"xhigh\"} | xhigh",
            })
    void turns_a_budget_or_an_effort_into_openais_effort(String fields, String effort) {
        assertThat(with(HI + "," + fields).reasoningEffort()).isEqualTo(effort);
    }

    @Test
    void asks_for_no_effort_where_the_caller_asks_for_none() {
        assertThat(with(HI + ",\"thinking\":{\"type\":\"disabled\"}").reasoningEffort())
                .isNull();
    }

    @Test
    void turns_a_schema_for_the_answer_into_openais() {
        assertThat(openAi(HI + ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"a\":1}}}"))
                .endsWith("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                        + "{\"name\":\"answer\",\"schema\":{\"a\":1},\"strict\":true}}");
    }

    @Test
    void keeps_the_callers_own_body_for_anthropic() {
        ChatRequest request = with(HI + ",\"session_id\":\"s\",\"user_id\":\"u\",\"top_k\":5,\"system\":null,"
                + "\"metadata\":{\"user_id\":\"m\"},\"temperature\":0.10");

        assertThat(request.sessionId()).isEqualTo("s");
        assertThat(request.userId()).isEqualTo("u");
        assertThat(request.user()).isEqualTo("m");
        assertThat(request.anthropic()).isNotNull();
        assertThat(request.anthropic().json())
                .hasToString("{\"model\":\"gpt-4o\",\"max_tokens\":5," + HI
                        + ",\"top_k\":5,\"metadata\":{\"user_id\":\"m\"},\"temperature\":0.10}");
        assertThat(with(HI + ",\"metadata\":{\"user_id\":\"m\"}").userId()).isEqualTo("m");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"top_k\":5 | top_k",
                "\"mcp_servers\":[] | mcp_servers",
                "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}] | tools[0].type",
                "\"tools\":[{\"name\":\"f\",\"input_schema\":{},\"defer_loading\":true}] | tools[0].defer_loading",
                "\"stop_sequences\":[\"1\",\"2\",\"3\",\"4\",\"5\"] | stop_sequences",
                "\"output_config\":{\"later\":1} | output_config.later",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"source\":{}}]}] | messages[0].content[0].type",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"file\",\"file_id\":\"f\"}}]}] | messages[0].content[0].source.type",
                "\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"server_tool_use\"}]}] | messages[1].content[0].type",
            })
    void refuses_what_only_anthropic_can_take_for_every_other_model(String fields, String param) {
        String body = fields.startsWith("\"messages") ? fields : HI + "," + fields;
        ChatRequest request = with(body);

        RequestException failure = catchThrowableOfType(
                RequestException.class, () -> ModelChecks.check(request, CATALOG.require("gpt-4o")));

        assertThat(failure.param()).isEqualTo(param);
        assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED_PARAMETER);
        assertThat(failure.text()).contains("only Anthropic's models know it");
        assertThatCode(() -> ModelChecks.check(request, CATALOG.require("claude-sonnet-5")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"model\":\"m\",\"messages\":[]} | missing_field | max_tokens | a whole number of at least 1",
                "{\"max_tokens\":5} | missing_field | model | must be a string",
                "{\"model\":\"m\",\"max_tokens\":5} | missing_field | messages | an array of messages",
                "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[]} | invalid_value | messages | must not be empty",
                "{\"model\":\"m\",\"max_tokens\":0,\"messages\":[]} | out_of_range | max_tokens | at least 1, was 0",
                "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]} | invalid_value | messages[0].role | user, assistant, system",
                "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\"}]} | missing_field | messages[0].content | a string or an array of content blocks",
                "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":7}]} | invalid_type | messages[0].content | was a number",
                "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]} | missing_field | messages[0].content[0].text | a string",
                "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"}]}]} | missing_field | messages[0].content[0].tool_use_id | a string",
                "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"i\",\"name\":\"f\",\"input\":\"{}\"}]}]} | invalid_type | messages[0].content[0].input | must be an object",
                "{\"model\":\"m\",\"max_tokens\":5,\"temperature\":1.1,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]} | out_of_range | temperature | from 0 to 1",
                "{\"model\":\"m\",\"max_tokens\":5,\"system\":[{\"type\":\"image\"}],\"messages\":[]} | invalid_value | system[0].type | must be text",
                "{\"model\":\"m\",\"max_tokens\":5,\"thinking\":{\"type\":\"enabled\"},\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]} | missing_field | thinking.budget_tokens | is required",
                "{\"model\":\"m\",\"max_tokens\":5,\"tool_choice\":{\"type\":\"tool\",\"name\":\"x\"},\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]} | invalid_value | tool_choice.name | the name of one of tools",
                "{\"model\":\"m\",\"max_tokens\":5,\"metadata\":{\"user_id\":7},\"messages\":[]} | invalid_type | metadata.user_id | must be a string",
                "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"file:///etc/passwd\"}}]}]} | invalid_value | messages[0].content[0].source | https URL",
                "[] | invalid_type | | must be a JSON object",
            })
    void names_the_field_as_the_caller_wrote_it(String body, String code, String param, String fragment) {
        RequestException failure = catchThrowableOfType(RequestException.class, () -> parse(body));

        assertThat(failure).as("refused").isNotNull();
        assertThat(failure.code().wireName()).isEqualTo(code);
        assertThat(failure.param()).isEqualTo(param);
        assertThat(failure.text()).contains(fragment);
    }

    @Test
    void needs_no_max_tokens_to_count() {
        byte[] body = ("{\"model\":\"gpt-4o\"," + HI + "}").getBytes(StandardCharsets.UTF_8);

        assertThat(DIALECT.parseCount(body, IdHeaders.NONE).maxTokens()).isNull();
        assertThat(new String(DIALECT.count(42), StandardCharsets.UTF_8)).isEqualTo("{\"input_tokens\":42}");
    }

    @Test
    void makes_a_message_of_another_providers_answer() {
        assertThat(answer(
                        "Hello",
                        FinishReason.STOP,
                        List.of(),
                        new TokenUsage(10, 5, 4, 1, 0, 3, UsageSource.PROVIDER),
                        null))
                .isEqualTo("{\"id\":\"chatcmpl-1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"gpt-4o\","
                        + "\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}],\"stop_reason\":\"end_turn\","
                        + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":5,\"cache_creation_input_tokens\":1,"
                        + "\"cache_read_input_tokens\":4,\"output_tokens\":5,"
                        + "\"output_tokens_details\":{\"thinking_tokens\":3}},"
                        + "\"cost\":{\"input_cost\":0.00002,\"output_cost\":0.00005,\"total_cost\":0.00007,"
                        + "\"currency\":\"USD\"}}");
    }

    @Test
    void answers_tool_calls_with_an_object_whatever_the_model_wrote() {
        String answer = answer(
                "",
                FinishReason.TOOL_CALLS,
                List.of(
                        new ToolCall("c1", "f", "{\"a\":0.10}", null, null),
                        new ToolCall("c2", "g", "", null, null),
                        new ToolCall("c3", "h", "{\"a\":", null, null),
                        new ToolCall("c4", "h", "[1]", null, null)),
                TokenUsage.NONE,
                null);

        assertThat(answer)
                .contains("\"content\":[{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{\"a\":0.10}},")
                .contains("\"id\":\"c2\",\"name\":\"g\",\"input\":{}}")
                .contains("\"id\":\"c3\",\"name\":\"h\",\"input\":{\"arguments\":\"{\\\"a\\\":\"}}")
                .contains("\"id\":\"c4\",\"name\":\"h\",\"input\":{\"arguments\":\"[1]\"}}")
                .contains("\"stop_reason\":\"tool_use\"");
    }

    @ParameterizedTest
    @CsvSource({"STOP,end_turn", "LENGTH,max_tokens", "TOOL_CALLS,tool_use", "CONTENT_FILTER,refusal"})
    void says_why_the_model_stopped(FinishReason reason, String expected) {
        assertThat(answer("x", reason, List.of(), TokenUsage.NONE, null))
                .contains("\"stop_reason\":\"" + expected + "\"");
    }

    @Test
    void loses_nothing_of_an_answer_that_came_in_this_format() {
        ObjectNode came = CallerJson.read("""
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[
                 {"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"a","citations":[]}],
                 "stop_reason":"pause_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2,
                 "service_tier":"standard"},"container":{"id":"c"}}
                """.getBytes(StandardCharsets.UTF_8));

        assertThat(answer("a", FinishReason.STOP, List.of(), TokenUsage.NONE, came))
                .isEqualTo("{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"gpt-4o\","
                        + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"s\"},"
                        + "{\"type\":\"text\",\"text\":\"a\",\"citations\":[]}],\"stop_reason\":\"pause_turn\","
                        + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":2,"
                        + "\"service_tier\":\"standard\"},\"container\":{\"id\":\"c\"},"
                        + "\"cost\":{\"input_cost\":0.00002,\"output_cost\":0.00005,\"total_cost\":0.00007,"
                        + "\"currency\":\"USD\"}}");
    }

    @ParameterizedTest
    @CsvSource({
        "MISSING_FIELD,invalid_request_error",
        "PROVIDER_KEY_INVALID,authentication_error",
        "MODEL_NOT_FOUND,not_found_error",
        "BODY_TOO_LARGE,request_too_large",
        "RATE_LIMITED,rate_limit_error",
        "PROVIDER_ERROR,api_error",
        "PROVIDER_TIMEOUT,timeout_error",
        "OVERLOADED,overloaded_error",
    })
    void answers_errors_in_anthropics_shape(ErrorCode code, String type) {
        assertThat(new String(DIALECT.error(new RequestException(code, "Words", "f"), "r-1"), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"Words\",\"code\":\""
                        + code.wireName() + "\",\"param\":\"f\"},\"request_id\":\"r-1\"}");
    }
}
