package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class OpenAiDialectTest {

    private static final OpenAiDialect DIALECT = new OpenAiDialect(() -> "session-made");
    private static final Catalog CATALOG = new CatalogFile(Set.of("openai", "anthropic", "google", "demo"))
            .read(Path.of("data", "models_config.json"));
    private static final TokenUsage USAGE = new TokenUsage(10, 5, 4, 0, 0, 3, UsageSource.PROVIDER);

    private static ChatRequest parse(String fields, IdHeaders headers) {
        return DIALECT.parse(
                ("{\"model\":\"claude-sonnet-5\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]" + fields + "}")
                        .getBytes(StandardCharsets.UTF_8),
                headers);
    }

    private static String answer(ChatResponse response, TokenUsage usage) {
        return new String(
                DIALECT.answer(new Answer(
                        parse("", IdHeaders.NONE),
                        CATALOG.require("claude-sonnet-5"),
                        response,
                        usage,
                        new Charge(20, 50),
                        List.of(),
                        Instant.ofEpochSecond(1_800_000_000))),
                StandardCharsets.UTF_8);
    }

    private static ChatResponse response(
            String content, @Nullable String refusal, List<ToolCall> calls, @Nullable ObjectNode body) {
        return new ChatResponse(
                "msg_1",
                content,
                refusal,
                calls,
                calls.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS,
                "end_turn",
                ReportedUsage.UNKNOWN,
                null,
                null,
                body);
    }

    @Test
    void takes_the_ids_from_the_body_before_the_headers_before_openais_user() {
        IdHeaders headers = new IdHeaders("header-session", "header-user");

        ChatRequest fromBody = parse(",\"session_id\":\"s\",\"user_id\":\"u\",\"user\":\"openai\"", headers);
        ChatRequest fromHeaders = parse(",\"user\":\"openai\"", headers);
        ChatRequest fromUser = parse(",\"user\":\"openai\"", IdHeaders.NONE);
        ChatRequest fromNothing = parse(",\"user\":\"\"", IdHeaders.NONE);

        assertThat(fromBody.sessionId()).isEqualTo("s");
        assertThat(fromBody.userId()).isEqualTo("u");
        assertThat(fromBody.body().has("session_id")).isFalse();
        assertThat(fromBody.body().path("user").asText()).isEqualTo("openai");
        assertThat(fromHeaders.sessionId()).isEqualTo("header-session");
        assertThat(fromHeaders.userId()).isEqualTo("header-user");
        assertThat(fromUser.sessionId()).isEqualTo("session-made");
        assertThat(fromUser.userId()).isEqualTo("openai");
        assertThat(fromNothing.userId()).isEqualTo("anonymous");
    }

    @Test
    void refuses_an_id_in_a_header_naming_the_header() {
        assertThatThrownBy(() -> parse("", new IdHeaders(null, "x".repeat(257))))
                .isInstanceOfSatisfying(RequestException.class, e -> {
                    assertThat(e.param()).isEqualTo("X-User-Id");
                    assertThat(e.text()).isEqualTo("X-User-Id must be 1 to 256 characters, was 257");
                });
        assertThatThrownBy(() -> parse("", new IdHeaders("a\tb", null)))
                .isInstanceOf(RequestException.class)
                .hasMessage("X-Session-Id must not have control characters");
    }

    @Test
    void leaves_more_than_one_choice_to_who_can_give_it() {
        assertThat(parse(",\"n\":3", IdHeaders.NONE).body().path("n").asInt()).isEqualTo(3);
    }

    @Test
    void makes_a_chat_completion_of_another_providers_answer() {
        assertThat(answer(response("Hello", null, List.of(), null), USAGE))
                .isEqualTo("{\"id\":\"msg_1\",\"object\":\"chat.completion\",\"created\":1800000000,"
                        + "\"model\":\"claude-sonnet-5\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                        + "\"content\":\"Hello\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\","
                        + "\"native_finish_reason\":\"end_turn\"}],"
                        + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":4},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":3}},"
                        + "\"cost\":{\"input_cost\":0.00002,\"output_cost\":0.00005,\"total_cost\":0.00007,"
                        + "\"currency\":\"USD\"}}");
    }

    @Test
    void answers_tool_calls_without_content() {
        assertThat(answer(response("", null, List.of(new ToolCall("toolu_1", "f", "{}", null, null)), null), USAGE))
                .contains("\"content\":null,\"refusal\":null,\"tool_calls\":[{\"id\":\"toolu_1\",\"type\":\"function\"")
                .contains("\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void loses_nothing_of_an_answer_that_came_in_this_format() {
        ObjectNode came = CallerJson.read("""
                {"id":"chatcmpl-9","object":"chat.completion","created":7,"model":"gpt-5-2025-08-07","choices":[
                 {"index":0,"message":{"role":"assistant","content":"a","annotations":[{"type":"url_citation"}]},
                  "finish_reason":"stop","logprobs":{"content":[{"logprob":-1.20e-7}]}},
                 {"index":1,"message":{"role":"assistant","content":"b"},"finish_reason":"length"}],
                 "usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,
                  "prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0}},
                 "service_tier":"default","system_fingerprint":"fp_1","later":{"x":1}}
                """.getBytes(StandardCharsets.UTF_8));

        String answer = answer(response("a", null, List.of(), came), USAGE);

        assertThat(answer)
                .contains("\"model\":\"claude-sonnet-5\"")
                .contains("\"annotations\":[{\"type\":\"url_citation\"}]")
                .contains("\"logprob\":-1.20E-7")
                .contains("{\"index\":1,\"message\":{\"role\":\"assistant\",\"content\":\"b\"}")
                .contains("\"prompt_tokens_details\":{\"cached_tokens\":4,\"audio_tokens\":0}")
                .contains("\"system_fingerprint\":\"fp_1\",\"later\":{\"x\":1}")
                .contains("\"total_cost\":0.00007");
        assertThat(came.path("model").asText())
                .as("the provider's body is not changed")
                .isEqualTo("gpt-5-2025-08-07");
    }

    @Test
    void shows_what_was_billed_where_the_provider_said_nothing() {
        ObjectNode came = CallerJson.read(
                "{\"choices\":[{\"message\":{\"content\":\"a\",\"reasoning_content\":\"private\"}}],\"usage\":null}"
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(answer(
                        response("a", null, List.of(), came), new TokenUsage(7, 2, 0, 0, 0, 0, UsageSource.ESTIMATED)))
                .contains("\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}")
                .doesNotContain("private");
    }

    @Test
    void answers_errors_in_openais_shape() {
        assertThat(new String(
                        DIALECT.error(
                                new RequestException(ErrorCode.MODEL_NOT_FOUND, "Unsupported model", "model"), null),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":{\"message\":\"Unsupported model\",\"type\":\"invalid_request_error\","
                        + "\"param\":\"model\",\"code\":\"model_not_found\"}}");
    }

    @Test
    void lists_models_as_openai_does() {
        assertThat(new String(OpenAiModels.list(CATALOG), StandardCharsets.UTF_8))
                .startsWith("{\"object\":\"list\",\"data\":[{\"id\":\"gpt-3.5-turbo\",\"object\":\"model\","
                        + "\"created\":0,\"owned_by\":\"openai\"},");
        assertThat(new String(OpenAiModels.one(CATALOG, "gemini-pro"), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"gemini-pro\",\"object\":\"model\",\"created\":0,\"owned_by\":\"google\"}");
        assertThatThrownBy(() -> OpenAiModels.one(CATALOG, "none"))
                .isInstanceOf(RequestException.class)
                .hasMessage("Unsupported model");
    }
}
