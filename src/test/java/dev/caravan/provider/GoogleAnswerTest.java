package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.ProviderRejection;
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

class GoogleAnswerTest {

    private final GoogleTranslator translator = new GoogleTranslator();

    @ParameterizedTest
    @CsvSource({
        "STOP,STOP",
        "MAX_TOKENS,LENGTH",
        "SAFETY,CONTENT_FILTER",
        "RECITATION,CONTENT_FILTER",
        "BLOCKLIST,CONTENT_FILTER",
        "PROHIBITED_CONTENT,CONTENT_FILTER",
        "SPII,CONTENT_FILTER",
        "IMAGE_SAFETY,CONTENT_FILTER",
        "MALFORMED_FUNCTION_CALL,STOP",
        "LANGUAGE,STOP",
        "NO_IMAGE,STOP",
        "A_NEW_ONE,STOP"
    })
    void keeps_the_providers_word_for_the_end(String word, FinishReason reason) {
        ChatResponse response = answer("{'candidates':[{'finishReason':'" + word + "'}]}");

        assertThat(response.finishReason()).isEqualTo(reason);
        assertThat(response.nativeFinishReason()).isEqualTo(word);
        assertThat(response.content()).isEmpty();
    }

    @Test
    void keeps_thoughts_apart_and_passes_over_unknown_parts() {
        ChatResponse response = answer("{'x':1,'candidates':[{'content':{'parts':[{'text':'hm','thought':true},"
                + "{'text':'a'},{'executableCode':{'code':'1'}},{'text':'b'},7]},'finishReason':'STOP'}]}");

        assertThat(response.content()).isEqualTo("ab");
        assertThat(String.valueOf(response.reasoning())).isEqualTo("[{\"text\":\"hm\",\"thought\":true}]");
        assertThat(String.valueOf(response.providerBody())).startsWith("{\"x\":1,");
        assertThat(response.id()).startsWith("chatcmpl-");
    }

    @Test
    void gives_every_call_an_id_of_its_own_and_keeps_numbers() {
        ChatResponse response = answer("{'candidates':[{'content':{'parts':[{'functionCall':{'id':'a','name':'f',"
                + "'args':{'n':1.50}}},{'functionCall':{'id':'a','name':'f'}},{'functionCall':{'name':'f'}}]}}]}");

        assertThat(response.toolCalls())
                .extracting(ToolCall::id)
                .doesNotHaveDuplicates()
                .hasSize(3);
        assertThat(response.toolCalls()).extracting(ToolCall::arguments).containsExactly("{\"n\":1.50}", "{}", "{}");
        assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"call_1", "a__ts_", "a__ts_%%", "__ts_YQ", "toolu_x__ts_not base64"})
    void takes_an_id_that_it_never_made_as_it_is(String id) {
        assertThat(SignedCallId.read(id)).isEqualTo(new SignedCallId(id, null));
    }

    @Test
    void finds_the_signature_again_in_the_id() {
        SignedCallId signed = new SignedCallId("call_1", "Cs+/=é");

        assertThat(signed.wire()).matches("call_1__ts_[A-Za-z0-9_-]+");
        assertThat(SignedCallId.read(signed.wire())).isEqualTo(signed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "?",
            quoteCharacter = '~',
            value = {
                "'promptTokenCount':5,'totalTokenCount':9 | 5 | 4 | ? | ?",
                "'promptTokenCount':5,'thoughtsTokenCount':3,'totalTokenCount':6 | 5 | 3 | ? | 3",
                "'thoughtsTokenCount':3 | ? | 3 | ? | 3",
                "'promptTokenCount':5 | 5 | ? | ? | ?",
                "'promptTokenCount':-5,'candidatesTokenCount':-1 | ? | ? | ? | ?",
                "'promptTokenCount':5.0,'candidatesTokenCount':1e99 | ? | ? | ? | ?",
                "'promptTokenCount':1000000000001,'candidatesTokenCount':99999999999999999999 | ? | ? | ? | ?",
                "'promptTokenCount':5,'cachedContentTokenCount':6,'candidatesTokenCount':1 | 5 | 1 | ? | ?",
                "'promptTokenCount':'5','candidatesTokenCount':null | ? | ? | ? | ?"
            })
    void counts_only_what_can_be(String usage, Long prompt, Long completion, Long cached, Long reasoning) {
        assertThat(answer("{'candidates':[{}],'usageMetadata':{" + usage + "}}").usage())
                .isEqualTo(new ReportedUsage(prompt, completion, cached, null, null, reasoning));
    }

    @Test
    void knows_nothing_where_no_usage_came() {
        assertThat(answer("{'candidates':[{}]}").usage()).isEqualTo(ReportedUsage.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "null",
                "7",
                "[]",
                "{}",
                "{} {}",
                "{'candidates':[]}",
                "{'candidates':{}}",
                "{'candidates':[7]}",
                "{'candidates':[{'content':7}]}",
                "{'candidates':[{'content':{'parts':{}}}]}",
                "{'candidates':[{'content':{'parts':[{'functionCall':{}}]}}]}",
                "{'error':{'message':'x'}}"
            })
    void finds_fault_with_what_is_no_answer(String body) {
        assertFault(body);
    }

    @Test
    void finds_fault_with_a_depth_bomb() {
        assertFault("{'candidates':" + "[".repeat(100_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "400 | 'status':'INVALID_ARGUMENT','details':[{'reason':'API_KEY_INVALID'}] | PROVIDER_KEY_INVALID",
                "403 | 'status':'PERMISSION_DENIED' | PROVIDER_KEY_INVALID",
                "400 | 'status':'UNAUTHENTICATED' | PROVIDER_KEY_INVALID",
                "400 | 'status':'INVALID_ARGUMENT' | REJECTED_BY_PROVIDER",
                "400 | 'status':'FAILED_PRECONDITION' | REJECTED_BY_PROVIDER",
                "404 | 'status':'NOT_FOUND' | MODEL_NOT_FOUND",
                "429 | 'status':'RESOURCE_EXHAUSTED' | RATE_LIMITED",
                "429 | 'status':'RESOURCE_EXHAUSTED','details':[{'violations':[{'quotaId':'RequestsPerMinute'}]}] | RATE_LIMITED",
                "429 | 'status':'RESOURCE_EXHAUSTED','details':[{'violations':[{'quotaId':'a'},{'quotaId':'RequestsPerDayPerModel'}]}] | QUOTA_EXHAUSTED",
                "429 | 'status':'RESOURCE_EXHAUSTED','details':[{'violations':[{'quotaMetric':'xPerDay'}]}] | QUOTA_EXHAUSTED",
                "500 | 'status':'INTERNAL' | PROVIDER_ERROR",
                "503 | 'status':'UNAVAILABLE' | PROVIDER_OVERLOADED",
                "504 | 'status':'DEADLINE_EXCEEDED' | PROVIDER_TIMEOUT"
            })
    void says_what_an_error_means_wrapped_in_an_array_or_not(int status, String fields, ErrorCode code) {
        assertThat(error(status, "{'error':{" + fields + "}}").code()).isEqualTo(code);
        assertThat(error(status, "[{'error':{" + fields + "}}]").code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "?",
            value = {"34s,34000", "1.5s,1500", "34,?", "soon,?", "-1s,?"})
    void waits_as_long_as_the_body_says(String delay, Long millis) {
        GatewayException error =
                error(429, "{'error':{'status':'RESOURCE_EXHAUSTED','details':[{'retryDelay':'" + delay + "'}]}}");

        assertThat(error.retryAfter()).isEqualTo(millis == null ? null : Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "?",
            value = {
                "generation_config.temperature,temperature",
                "generationConfig.topP,top_p",
                "generation_config.max_output_tokens,max_tokens",
                "tools[0].function_declarations[1].name,tools",
                "contents[2].parts,messages",
                "something.else,?",
                "'',?"
            })
    void names_the_callers_field(String field, String param) {
        assertThat(error(400, "{'error':{'details':[{'fieldViolations':[{'field':'" + field + "'}]}]}}")
                        .param())
                .isEqualTo(param);
    }

    @Test
    void finds_the_words_of_a_wrapped_error_and_cleans_them() {
        GatewayException error = error(400, "[{'error':{'message':'Bad thing at https://a.example/x'}}]");

        assertThat(error).isInstanceOf(ProviderRejection.class);
        assertThat(error.text()).isEqualTo("Bad thing at [url]");
    }

    private ChatResponse answer(String json) {
        return translator.toResponse(
                json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), ChatRequests.GEMINI_2_5_FLASH);
    }

    private void assertFault(String body) {
        ProviderFault fault = catchThrowableOfType(ProviderFault.class, () -> answer(body));

        assertThat(fault).isNotNull();
        assertThat(fault.code()).isEqualTo(ErrorCode.PROVIDER_ERROR);
        assertThat(fault.upstreamStatus()).isEqualTo(200);
        assertThat(fault.retryable()).isFalse();
    }

    private GatewayException error(int status, String json) {
        return translator.toError(
                new UpstreamError(status, null, ChatRequests.json(json.replace('\'', '"')), Map.of(), Instant.EPOCH));
    }
}
