package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.RequestException;
import dev.caravan.wire.Adjustment;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.ToolCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiTranslatorTest {

    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private final OpenAiTranslator translator = new OpenAiTranslator();

    @Test
    void sends_everything_on_and_keeps_numbers_as_they_were_written() {
        String body = "{\"model\":\"gpt-4o\"," + HI
                + ",\"temperature\":0.70,\"top_p\":1.0,\"seed\":9007199254740993,\"unknown\":{\"a\":[1e3,null]}}";
        UpstreamRequest upstream = translator.toUpstream(ChatRequests.read(body), ChatRequests.GPT_4O);

        assertThat(upstream.path()).isEmpty();
        assertThat(upstream.adjustments()).isEmpty();
        assertThat(new String(upstream.body(), StandardCharsets.UTF_8)).isEqualTo(body.replace("1e3", "1E+3"));
    }

    @Test
    void leaves_the_callers_tree_as_it_was() {
        ChatRequest request = ChatRequests.read(
                "{\"model\":\"o3\"," + HI + ",\"stream\":true,\"stream_options\":{\"x\":1},\"max_tokens\":5}");
        ObjectNode before = request.body().deepCopy();
        translator.toUpstream(request, ChatRequests.O3);

        assertThat(request.body()).isEqualTo(before);
    }

    @Test
    void sends_the_upstream_name_of_the_model() {
        Model renamed = new Model(
                "fast",
                "openai",
                "Fast",
                "gpt-4o-2024-11-20",
                1,
                1,
                ChatRequests.GPT_4O.pricing(),
                ChatRequests.GPT_4O.capabilities());
        UpstreamRequest upstream = translator.toUpstream(ChatRequests.read("{\"model\":\"fast\"," + HI + "}"), renamed);

        assertThat(tree(upstream).path("model").textValue()).isEqualTo("gpt-4o-2024-11-20");
    }

    @Test
    void a_reasoning_model_gets_the_limit_under_its_new_name_and_no_sampling_parameters() {
        UpstreamRequest upstream = upstream("o3", "\"max_tokens\":50,\"temperature\":0.3,\"top_p\":0.9,\"top_k\":4");

        assertThat(tree(upstream).path("max_completion_tokens").intValue()).isEqualTo(50);
        assertThat(tree(upstream).has("max_tokens")).isFalse();
        assertThat(tree(upstream).has("temperature")).isFalse();
        assertThat(upstream.adjustments())
                .extracting(Adjustment::param, Adjustment::reason)
                .containsExactly(
                        tuple("temperature", "the model takes no sampling parameters"),
                        tuple("top_p", "the model takes no sampling parameters"),
                        tuple("top_k", "the model takes no sampling parameters"));
        assertThat(upstream.adjustments().get(0).from()).isEqualTo(ChatRequests.json("0.3"));
        assertThat(upstream.adjustments().get(0).to()).isNull();
    }

    @Test
    void a_model_that_does_not_reason_gets_no_effort() {
        UpstreamRequest upstream = upstream("gpt-4o", "\"reasoning_effort\":\"low\",\"max_tokens\":5");

        assertThat(tree(upstream).has("reasoning_effort")).isFalse();
        assertThat(tree(upstream).path("max_tokens").intValue()).isEqualTo(5);
        assertThat(upstream.adjustments()).extracting(Adjustment::param).containsExactly("reasoning_effort");
    }

    @ParameterizedTest
    @CsvSource({"o3,true", "o3-2025-04-16,true", "o4-mini,true", "o3-mini,true", "o1,false", "gpt-4o,false", "o30,false"
    })
    void stop_is_refused_only_for_models_that_do_not_take_it(String upstreamModel, boolean refused) {
        Model model = ChatRequests.model(upstreamModel, "openai", 9, 9, ChatRequests.O3.capabilities());
        ChatRequest request = ChatRequests.read("{\"model\":\"m\"," + HI + ",\"stop\":[\"END\"]}");

        if (refused) {
            assertThatThrownBy(() -> translator.toUpstream(request, model))
                    .asInstanceOf(type(RequestException.class))
                    .returns("stop", GatewayException::param)
                    .returns(ErrorCode.UNSUPPORTED_PARAMETER, GatewayException::code);
        } else {
            assertThat(tree(translator.toUpstream(request, model)).at("/stop/0").textValue())
                    .isEqualTo("END");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2", "1.5", "-1", "1e999", "\"1\"", "true"})
    void n_other_than_one_is_refused(String n) {
        assertThatThrownBy(() -> upstream("gpt-4o", "\"n\":" + n))
                .asInstanceOf(type(RequestException.class))
                .returns("n", GatewayException::param)
                .returns("n must be 1: an answer has one choice", GatewayException::text)
                .returns(ErrorCode.OUT_OF_RANGE, GatewayException::code);
    }

    @Test
    void a_stream_always_asks_for_its_usage() {
        JsonNode upstream = tree(upstream(
                "gpt-4o",
                "\"stream\":true,\"stream_options\":{\"include_usage\":false,\"include_obfuscation\":false}"));

        assertThat(upstream.path("stream").booleanValue()).isTrue();
        assertThat(upstream.path("stream_options"))
                .isEqualTo(ChatRequests.json("{\"include_usage\":true,\"include_obfuscation\":false}"));
        assertThat(tree(upstream("gpt-4o", "\"n\":1")).has("stream_options")).isFalse();
    }

    @Test
    void reads_a_whole_answer() {
        String given = ChatRequests.json("""
                {"id":"chatcmpl-1","choices":[{"index":0,"finish_reason":"length","logprobs":{"content":[]},
                 "message":{"role":"assistant","content":"Hello"}}],
                 "usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,
                  "prompt_tokens_details":{"cached_tokens":12,"cache_write_tokens":3},
                  "completion_tokens_details":{"reasoning_tokens":4}},"new":1}""").toString();
        ChatResponse response = response(given);

        assertThat(response.id()).isEqualTo("chatcmpl-1");
        assertThat(response.content()).isEqualTo("Hello");
        assertThat(response.refusal()).isNull();
        assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(response.usage()).isEqualTo(new ReportedUsage(20L, 9L, 12L, 3L, null, 4L));
        assertThat(response.logprobs()).isEqualTo(ChatRequests.json("{\"content\":[]}"));
        assertThat((Object) response.providerBody()).hasToString(given);
    }

    @Test
    void reads_function_calls_custom_calls_and_the_deprecated_single_call() {
        ChatResponse response = response("""
                {"choices":[{"finish_reason":"function_call","message":{"content":null,"tool_calls":[
                  {"id":"c1","type":"function","function":{"name":"f","arguments":"{bad"},
                   "extra_content":{"google":{"thought_signature":"sig"}}},
                  {"id":"","type":"function","function":{"name":"g"}},
                  {"id":"c3","type":"custom","custom":{"name":"h","input":"free text"}}],
                 "function_call":{"name":"old","arguments":"{}"}}}]}""");

        assertThat(response.content()).isEmpty();
        assertThat(response.id()).matches("chatcmpl-[0-9a-f]{32}");
        assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(response.nativeFinishReason()).isEqualTo("function_call");
        assertThat(response.usage()).isEqualTo(ReportedUsage.UNKNOWN);
        assertThat(response.toolCalls())
                .extracting(ToolCall::name, ToolCall::arguments, ToolCall::thoughtSignature)
                .containsExactly(
                        tuple("f", "{bad", "sig"),
                        tuple("g", "", null),
                        tuple("h", "free text", null),
                        tuple("old", "{}", null));
        assertThat(response.toolCalls())
                .extracting(ToolCall::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> !id.isEmpty());
        assertThat(response.toolCalls().get(0).json()).isNull();
        assertThat(response.toolCalls().get(2).json()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "\"stop\",STOP,stop",
                "\"tool_calls\",TOOL_CALLS,tool_calls",
                "\"content_filter\",CONTENT_FILTER,content_filter",
                "\"brand_new\",STOP,brand_new",
                "NULL,STOP,null",
                "7,STOP,null"
            })
    void every_answer_has_a_finish_reason(String given, FinishReason expected, String nativeReason) {
        String json = given.equals("NULL") ? "null" : given;
        ChatResponse response =
                response("{\"choices\":[{\"finish_reason\":" + json + ",\"message\":{\"content\":\"x\"}}]}");

        assertThat(response.finishReason()).isEqualTo(expected);
        assertThat(response.nativeFinishReason()).isEqualTo(nativeReason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "1000000000001", "99999999999999999999", "1e999999999", "\"7\"", "null", "{}"})
    void a_count_that_cannot_be_is_unknown(String count) {
        ChatResponse response =
                response("{\"choices\":[{\"message\":{\"content\":\"x\"}}],\"usage\":{\"prompt_tokens\":" + count
                        + ",\"completion_tokens\":3}}");

        assertThat(response.usage()).isEqualTo(new ReportedUsage(null, 3L, null, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "7",
                "<html>",
                "{}",
                "{\"choices\":[]}",
                "{\"choices\":{}}",
                "{\"choices\":[null]}",
                "{\"choices\":[{}]}",
                "{\"choices\":[{\"message\":\"x\"}]}",
                "{\"choices\":[{\"message\":{\"content\":7}}]}",
                "{\"choices\":[{\"message\":{\"tool_calls\":7}}]}",
                "{\"choices\":[{\"message\":{\"tool_calls\":[7]}}]}",
                "{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{}}]}}]}",
                "{\"choices\":[{\"message\":{\"content\":\"x\"}}]} trailing",
                "{\"choices\":[{\"message\":{\"content\":\"x\"}}]",
                "{\"error\":{\"message\":\"no\"},\"choices\":[{\"message\":{\"content\":\"x\"}}]}"
            })
    void anything_else_is_the_providers_fault(String body) {
        assertFault(body);
    }

    @Test
    void an_answer_that_nests_without_end_is_the_providers_fault() {
        assertFault("{\"a\":" + "[".repeat(100_000));
    }

    @Test
    void an_error_says_which_field_and_whether_a_wait_helps() {
        GatewayException rejected =
                error(400, "{\"error\":{\"message\":\"bad\",\"param\":\"messages[0].role\",\"code\":null}}");
        assertThat(rejected.code()).isEqualTo(ErrorCode.REJECTED_BY_PROVIDER);
        assertThat(rejected.param()).isEqualTo("messages[0].role");
        assertThat(rejected.text()).isEqualTo("bad");

        GatewayException limited = error(429, "{\"error\":{\"code\":\"rate_limit_exceeded\",\"type\":\"tokens\"}}");
        assertThat(limited.code()).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource({
        "429,code,insufficient_quota,QUOTA_EXHAUSTED",
        "429,type,insufficient_quota,QUOTA_EXHAUSTED",
        "400,code,billing_hard_limit_reached,QUOTA_EXHAUSTED",
        "429,code,billing_not_active,QUOTA_EXHAUSTED",
        "400,code,invalid_api_key,PROVIDER_KEY_INVALID",
        "401,code,anything,PROVIDER_KEY_INVALID",
        "404,code,model_not_found,MODEL_NOT_FOUND",
        "500,code,x,PROVIDER_ERROR"
    })
    void an_error_code_says_more_than_the_status(int status, String field, String word, ErrorCode expected) {
        assertThat(error(status, "{\"error\":{\"" + field + "\":\"" + word + "\"}}")
                        .code())
                .isEqualTo(expected);
    }

    private GatewayException error(int status, String body) {
        JsonNode tree = ChatRequests.json(body);
        return translator.toError(new UpstreamError(
                status,
                tree.at("/error/message").isTextual()
                        ? tree.at("/error/message").textValue()
                        : null,
                tree,
                Map.of("retry-after", "3"),
                Instant.parse("2026-11-22T00:00:00Z")));
    }

    private void assertFault(String body) {
        assertThatThrownBy(() -> response(body))
                .asInstanceOf(type(ProviderFault.class))
                .returns(ErrorCode.PROVIDER_ERROR, GatewayException::code)
                .returns(200, ProviderFault::upstreamStatus)
                .returns(false, ProviderFault::retryable);
    }

    private ChatResponse response(String body) {
        return translator.toResponse(body.getBytes(StandardCharsets.UTF_8), ChatRequests.GPT_4O);
    }

    private UpstreamRequest upstream(String model, String fields) {
        return translator.toUpstream(
                ChatRequests.read("{\"model\":\"" + model + "\"," + HI + "," + fields + "}"),
                ChatRequests.model(model));
    }

    private static JsonNode tree(UpstreamRequest upstream) {
        return ChatRequests.json(new String(upstream.body(), StandardCharsets.UTF_8));
    }
}
