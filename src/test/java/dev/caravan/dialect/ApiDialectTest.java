package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.RequestException;
import dev.caravan.wire.Adjustment;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.ToolCall;
import dev.caravan.wire.UsageSource;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiDialectTest {

    private static final ApiDialect API = new ApiDialect(() -> "session-made");
    private static final Catalog CATALOG = new CatalogFile(Set.of("openai", "anthropic", "google", "demo"))
            .read(Path.of("data", "models_config.json"));
    private static final Instant AT = Instant.parse("2025-10-09T12:34:56.789Z");
    private static final TokenUsage USAGE = new TokenUsage(150, 220, 0, 0, 0, 0, UsageSource.PROVIDER);

    private static ChatRequest request() {
        return API.parse(
                "{\"model\":\"gpt-4-turbo-preview\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"session_id\":\"s-1\"}"
                        .getBytes(StandardCharsets.UTF_8),
                IdHeaders.NONE);
    }

    private static ChatResponse response(String content, String refusal, ToolCall... calls) {
        return new ChatResponse(
                "chatcmpl-abc123",
                content,
                refusal,
                List.of(calls),
                calls.length > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP,
                "stop",
                ReportedUsage.UNKNOWN,
                null,
                null,
                null);
    }

    private static String answer(ChatResponse response, TokenUsage usage, Charge charge, Adjustment... adjustments) {
        return new String(
                API.answer(new Answer(
                        request(),
                        CATALOG.require("gpt-4-turbo-preview"),
                        response,
                        usage,
                        charge,
                        List.of(adjustments),
                        AT)),
                StandardCharsets.UTF_8);
    }

    @Test
    void answers_as_the_contract_has_it() {
        assertThat(answer(response("Quantum computing uses qubits", null), USAGE, new Charge(1500, 6600)))
                .isEqualTo("{\"id\":\"chatcmpl-abc123\",\"model\":\"gpt-4-turbo-preview\",\"provider\":\"openai\","
                        + "\"content\":\"Quantum computing uses qubits\",\"finish_reason\":\"stop\","
                        + "\"usage\":{\"prompt_tokens\":150,\"completion_tokens\":220,\"total_tokens\":370},"
                        + "\"cost\":{\"input_cost\":0.0015,\"output_cost\":0.0066,\"total_cost\":0.0081,\"currency\":\"USD\"},"
                        + "\"session_id\":\"s-1\",\"created_at\":\"2025-10-09T12:34:56Z\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0.000001",
        "10, 0.00001",
        "1000000, 1",
        "120000000, 120",
        "1234567, 1.234567",
        "9223372036854775806, 9223372036854.775806",
    })
    void writes_costs_in_plain_notation(long micros, String expected) {
        assertThat(answer(response("", null), USAGE, new Charge(micros, 0)))
                .contains("\"input_cost\":" + expected + ",\"output_cost\":0,\"total_cost\":" + expected + ",");
    }

    @Test
    void shows_the_details_of_usage_only_where_there_are_any() {
        TokenUsage usage = new TokenUsage(100, 50, 30, 20, 5, 40, UsageSource.PROVIDER);

        assertThat(answer(response("x", null), usage, new Charge(0, 0)))
                .contains("\"prompt_tokens_details\":{\"cached_tokens\":30,\"cache_write_tokens\":20}")
                .contains("\"completion_tokens_details\":{\"reasoning_tokens\":40}");
    }

    @Test
    void answers_a_refusal_with_its_text_and_a_silent_turn_with_an_empty_string() {
        assertThat(answer(response("", "I cannot"), USAGE, new Charge(0, 0))).contains("\"content\":\"I cannot\"");
        assertThat(answer(response("partly", "no"), USAGE, new Charge(0, 0))).contains("\"content\":\"partly\"");
        assertThat(answer(response("", null), USAGE, new Charge(0, 0))).contains("\"content\":\"\"");
    }

    @Test
    void answers_tool_calls_in_openais_form_with_gemini_s_signature() {
        assertThat(answer(
                        response("", null, new ToolCall("call_1", "f", "{\"a\":1}", "sig", null)),
                        USAGE,
                        new Charge(0, 0)))
                .contains("\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},"
                        + "\"extra_content\":{\"google\":{\"thought_signature\":\"sig\"}}}]")
                .contains("\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void names_what_was_adjusted() {
        assertThat(answer(
                        response("", null),
                        USAGE,
                        new Charge(0, 0),
                        new Adjustment(
                                "temperature",
                                DecimalNode.valueOf(new BigDecimal("1.50")),
                                IntNode.valueOf(1),
                                "at most 1"),
                        new Adjustment("seed", IntNode.valueOf(7), null, "not known there")))
                .contains(
                        "\"adjustments\":[{\"param\":\"temperature\",\"from\":1.50,\"to\":1,\"reason\":\"at most 1\"},"
                                + "{\"param\":\"seed\",\"from\":7,\"to\":null,\"reason\":\"not known there\"}]");
    }

    @Test
    void passes_logprobs_on() {
        ChatResponse withLogprobs = new ChatResponse(
                "id",
                "x",
                null,
                List.of(),
                FinishReason.STOP,
                null,
                ReportedUsage.UNKNOWN,
                null,
                JsonNodeFactory.instance.objectNode().put("content", "l"),
                null);

        assertThat(answer(withLogprobs, USAGE, new Charge(0, 0))).contains("\"logprobs\":{\"content\":\"l\"}");
    }

    @Test
    void survives_an_answer_that_ends_in_half_a_character() {
        assertThat(answer(response("cut \uD83D", null), USAGE, new Charge(0, 0)))
                .contains("\"content\":\"cut ?\"");
    }

    @Test
    void answers_an_error_as_the_contract_has_it() {
        RequestException failure = new RequestException(
                ErrorCode.MAX_TOKENS_TOO_LARGE,
                "max_tokens must be at most 4096 for gpt-4-turbo-preview",
                "max_tokens");

        assertThat(new String(API.error(failure, "req-1"), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":{\"message\":\"max_tokens must be at most 4096 for gpt-4-turbo-preview\","
                        + "\"type\":\"invalid_request_error\",\"param\":\"max_tokens\",\"code\":\"max_tokens_too_large\","
                        + "\"request_id\":\"req-1\"}}");
    }

    @Test
    void answers_a_fault_without_anything_internal() {
        ProviderFault fault =
                new ProviderFault(ErrorCode.PROVIDER_ERROR, 502, true, null, new IllegalStateException("secret host"));

        assertThat(new String(API.error(fault, "req-1"), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":{\"message\":\"Provider API failure\",\"type\":\"api_error\",\"param\":null,"
                        + "\"code\":\"provider_error\",\"request_id\":\"req-1\"}}");
    }

    @Test
    void lists_the_models_with_prices_in_plain_notation() {
        String list = new String(
                ModelList.answer(
                        CATALOG, "openai"::equals, Map.of("openai", "NOT_ASKED", "google", "GEMINI_API_KEY")::get),
                StandardCharsets.UTF_8);

        assertThat(list)
                .startsWith("{\"models\":[{\"id\":\"gpt-3.5-turbo\",\"provider\":\"openai\",")
                .contains("{\"id\":\"gpt-5-nano\",\"provider\":\"openai\",\"display_name\":\"GPT-5 nano\","
                        + "\"context_window\":272000,\"max_output_tokens\":128000,"
                        + "\"pricing\":{\"input\":0.00005,\"output\":0.0004,\"cached_input\":0.000005},"
                        + "\"capabilities\":{\"vision\":true,\"tools\":true,\"reasoning\":true,\"sampling\":false,"
                        + "\"reasoning_control\":\"effort\"},\"available\":true}")
                .contains(
                        "\"tiers\":[{\"above_input_tokens\":200000,\"input\":0.0025,\"output\":0.015,\"cached_input\":0.00025}]")
                .contains("\"id\":\"gemini-pro\"")
                .doesNotContain("E-", "NOT_ASKED");
        assertThat(list.substring(list.indexOf("\"id\":\"gemini-pro\"")))
                .contains("\"available\":false,\"missing_variable\":\"GEMINI_API_KEY\"}");
        assertThat(list.substring(list.indexOf("\"id\":\"claude-")))
                .as("no variable is known that would mend it")
                .contains("\"available\":false}");
    }
}
