package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicAnswerTest {

    private final AnthropicTranslator translator = new AnthropicTranslator();

    @Test
    void joins_text_keeps_thinking_apart_and_passes_over_what_it_does_not_know() {
        ChatResponse response = response("{'content':[{'type':'thinking','thinking':'t','signature':'s'},"
                + "{'type':'text','text':'a'},{'type':'brand_new','x':1},7,{'type':'redacted_thinking','data':'d'},"
                + "{'type':'text','text':'b'}],'new_field':{}}");

        assertThat(response.content()).isEqualTo("ab");
        assertThat((Object) response.reasoning())
                .isEqualTo(json("[{'type':'thinking','thinking':'t','signature':'s'},"
                        + "{'type':'redacted_thinking','data':'d'}]"));
        assertThat((Object) response.providerBody().get("new_field")).isEqualTo(json("{}"));
        assertThat(response.id()).startsWith("msg_");
        assertThat(response.usage()).isEqualTo(ReportedUsage.UNKNOWN);
    }

    @Test
    void a_tool_call_has_its_input_as_compact_json_and_always_an_id() {
        ChatResponse response =
                response("{'content':[{'type':'tool_use','id':'t1','name':'f','input':{'a': [1, 1.50]}},"
                        + "{'type':'tool_use','name':'g'}]}");

        assertThat(response.toolCalls().get(0).id()).isEqualTo("t1");
        assertThat(response.toolCalls().get(0).arguments()).isEqualTo("{\"a\":[1,1.50]}");
        assertThat(response.toolCalls().get(1).arguments()).isEqualTo("{}");
        assertThat(response.toolCalls().get(1).id()).startsWith("toolu_");
        assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn,STOP",
        "stop_sequence,STOP",
        "max_tokens,LENGTH",
        "model_context_window_exceeded,LENGTH",
        "tool_use,TOOL_CALLS",
        "refusal,CONTENT_FILTER",
        "pause_turn,STOP",
        "brand_new,STOP"
    })
    void every_answer_has_a_finish_reason_and_keeps_the_providers_word(String given, FinishReason expected) {
        ChatResponse response = response("{'content':[],'stop_reason':'" + given + "'}");

        assertThat(response.finishReason()).isEqualTo(expected);
        assertThat(response.nativeFinishReason()).isEqualTo(given);
        assertThat(response("{'content':[],'stop_reason':null}").finishReason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void cached_input_counts_as_input_only_where_the_fresh_input_is_known() {
        assertThat(usage("'input_tokens':5,'cache_read_input_tokens':7,'output_tokens':3,"
                        + "'cache_creation':{'ephemeral_5m_input_tokens':1,'ephemeral_1h_input_tokens':2},"
                        + "'output_tokens_details':{'thinking_tokens':2}"))
                .isEqualTo(new ReportedUsage(15L, 3L, 7L, 3L, 2L, 2L));
        assertThat(usage("'cache_read_input_tokens':7,'output_tokens':3"))
                .isEqualTo(new ReportedUsage(null, 3L, 7L, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "1000000000001", "99999999999999999999", "1e999999999", "'7'", "null", "{}"})
    void a_count_that_cannot_be_is_unknown(String count) {
        assertThat(usage("'input_tokens':" + count + ",'output_tokens':3"))
                .isEqualTo(new ReportedUsage(null, 3L, null, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "<html>",
                "{}",
                "{'content':'x'}",
                "{'type':'error','content':[],'error':{}}",
                "{'content':[{'type':'tool_use','id':'a'}]}",
                "{'content':[]} trailing",
                "{'content':[]"
            })
    void anything_else_is_the_providers_fault(String body) {
        assertFault(body);
    }

    @Test
    void an_answer_that_nests_without_end_is_the_providers_fault() {
        assertFault("{'content':" + "[".repeat(100_000));
    }

    @ParameterizedTest
    @CsvSource({
        "400,billing_error,QUOTA_EXHAUSTED",
        "402,anything,QUOTA_EXHAUSTED",
        "429,enforced_spend_limit_reached,QUOTA_EXHAUSTED",
        "429,rate_limit_error,RATE_LIMITED",
        "401,authentication_error,PROVIDER_KEY_INVALID",
        "400,permission_error,PROVIDER_KEY_INVALID",
        "404,not_found_error,MODEL_NOT_FOUND",
        "400,invalid_request_error,REJECTED_BY_PROVIDER",
        "413,request_too_large,BODY_TOO_LARGE",
        "500,api_error,PROVIDER_ERROR",
        "504,timeout_error,PROVIDER_TIMEOUT",
        "529,overloaded_error,PROVIDER_OVERLOADED"
    })
    void an_error_is_told_by_its_type_and_its_status(int status, String word, ErrorCode expected) {
        assertThat(error(status, "{'type':'error','error':{'type':'" + word + "'}}"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'code':'enforced_spend_limit_reached'",
                "'details':{'error_code':'enforced_spend_limit_reached'}",
                "'details':{'reason':'enforced_spend_limit_reached'}",
                "'details':'enforced_spend_limit_reached'",
                "'message':'enforced_spend_limit_reached: no more'"
            })
    void a_spend_limit_is_found_wherever_it_stands(String field) {
        assertThat(error(429, "{'error':{'type':'rate_limit_error'," + field + "}}"))
                .isEqualTo(ErrorCode.QUOTA_EXHAUSTED);
    }

    @Test
    void a_mistake_that_repeats_a_callers_words_is_no_spend_limit() {
        assertThat(error(400, "{'error':{'type':'invalid_request_error','message':'no enforced_spend_limit_reached'}}"))
                .isEqualTo(ErrorCode.REJECTED_BY_PROVIDER);
    }

    private ErrorCode error(int status, String body) {
        return translator
                .toError(new UpstreamError(status, null, json(body), Map.of(), Instant.parse("2026-11-22T00:00:00Z")))
                .code();
    }

    private ReportedUsage usage(String fields) {
        return response("{'content':[],'usage':{" + fields + "}}").usage();
    }

    private void assertFault(String body) {
        assertThatThrownBy(() -> response(body))
                .asInstanceOf(type(ProviderFault.class))
                .returns(ErrorCode.PROVIDER_ERROR, GatewayException::code)
                .returns(200, ProviderFault::upstreamStatus)
                .returns(false, ProviderFault::retryable);
    }

    private ChatResponse response(String body) {
        return translator.toResponse(
                body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), ChatRequests.CLAUDE_SONNET_4_5);
    }

    private static JsonNode json(String text) {
        return ChatRequests.json(text.replace('\'', '"'));
    }
}
