package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.StreamEvent;
import dev.caravan.wire.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no recorded stream shows: the odd ways of others who speak a format, and events that are not what they should be. */
class StreamReadersTest {

    private static final String ASKED =
            "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true%s}";

    private static final ChatRequest REQUEST = ChatRequests.read(ASKED.formatted(""));

    @Test
    void calls_that_share_an_index_are_told_apart_by_their_ids() {
        StreamReader reader = reader("openai");
        calls(reader, "{'index':0,'id':'a','function':{'name':'f','arguments':'{}'}}");
        calls(reader, "{'index':0,'id':'b','function':{'name':'g','arguments':'{'}}");
        calls(reader, "{'index':0,'id':'b','function':{'name':'g','arguments':'}'}}");

        assertThat(reader.soFar().toolCalls())
                .containsExactly(new ToolCall("a", "f", "{}", null, null), new ToolCall("b", "g", "{}", null, null));
    }

    @Test
    void calls_without_an_index_begin_with_a_name() {
        StreamReader reader = reader("openai");
        calls(reader, "{'id':'a','function':{'name':'f','arguments':'{'}}");
        calls(reader, "{'function':{'arguments':'}'}},{'function':{'name':'g','arguments':'{}'}}");

        List<ToolCall> calls = reader.soFar().toolCalls();
        assertThat(calls).extracting(ToolCall::arguments).containsExactly("{}", "{}");
        assertThat(calls.get(1).id()).startsWith("call_");
    }

    @Test
    void the_older_function_call_is_a_call_too() {
        StreamReader reader = reader("openai");
        openAi(reader, "'delta':{'function_call':{'name':'f','arguments':''}}");
        openAi(reader, "'delta':{'function_call':{'arguments':'{}'}},'finish_reason':'function_call'");

        ChatResponse answer = reader.soFar();
        assertThat(answer.toolCalls()).extracting(ToolCall::name).containsExactly("f");
        assertThat(answer.toolCalls()).extracting(ToolCall::arguments).containsExactly("{}");
        assertThat(answer.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'delta':{'content':[{'type':'text','text':'x'}]}",
                "'delta':{'tool_calls':{}}",
                "'delta':{'tool_calls':[{'index':0,'function':{'arguments':'{}'}}]}",
                "'delta':{'tool_calls':[{'index':0,'function':{'name':'f','arguments':{}}}]}"
            })
    void what_cannot_be_read_is_a_fault_and_never_lost_in_silence(String choice) {
        StreamReader reader = reader("openai");
        assertThatThrownBy(() -> openAi(reader, choice))
                .asInstanceOf(type(ProviderFault.class))
                .returns(false, ProviderFault::retryable);
    }

    @ParameterizedTest
    @CsvSource({"openai,[DONE]", "anthropic,{\"type\":\"message_stop\"}"})
    void a_closing_mark_without_a_finish_is_no_whole_answer(String provider, String mark) {
        StreamReader reader = reader(provider);
        read(reader, mark);

        assertThatThrownBy(reader::end)
                .asInstanceOf(type(ProviderFault.class))
                .returns(ErrorCode.PROVIDER_ERROR, GatewayException::code)
                .returns(false, ProviderFault::retryable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openai    | {'error':{'type':'server_error','code':null}}                   | PROVIDER_ERROR",
                "openai    | {'error':{'type':'insufficient_quota','code':'insufficient_quota'}} | QUOTA_EXHAUSTED",
                "openai    | {'error':{'type':'requests','code':'rate_limit_exceeded'}}      | RATE_LIMITED",
                "openai    | {'error':{'message':'x','code':'429'}}                          | RATE_LIMITED",
                "openai    | {'error':'it broke'}                                            | PROVIDER_ERROR",
                "anthropic | {'type':'error','error':{'type':'rate_limit_error'}}            | RATE_LIMITED",
                "anthropic | {'type':'error','error':{'type':'overloaded_error'}}            | PROVIDER_OVERLOADED",
                "anthropic | {'type':'error','error':{'type':'api_error'}}                   | PROVIDER_ERROR",
                "anthropic | {'type':'error','error':{'type':'newer_error'}}                 | PROVIDER_ERROR",
                "google    | {'error':{'code':500,'status':'INTERNAL'}}                      | PROVIDER_ERROR",
                "google    | [{'error':{'code':429,'status':'RESOURCE_EXHAUSTED'}}]          | RATE_LIMITED",
                "google    | [{},{}]                                                         | PROVIDER_ERROR",
                "google    | [                                                               | PROVIDER_ERROR",
                "demo      | nonsense                                                        | PROVIDER_ERROR"
            })
    void an_error_event_means_what_the_error_answer_would(String provider, String data, ErrorCode code) {
        assertThatThrownBy(() -> read(reader(provider), data))
                .asInstanceOf(type(GatewayException.class))
                .returns(code, GatewayException::code);
    }

    @Test
    void an_event_named_error_is_one_even_where_its_object_is_bare() {
        SseEvent event = new SseEvent("error", "{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}");
        assertThatThrownBy(() -> reader("openai").read(event))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.RATE_LIMITED, GatewayException::code);
    }

    @Test
    void a_merged_usage_leaves_the_events_as_they_came() {
        StreamReader reader = reader("anthropic");
        StreamEvent start = read(
                reader,
                "{'type':'message_start','message':{'usage':{'input_tokens':1,"
                        + "'cache_creation':{'ephemeral_1h_input_tokens':5}}}}");
        read(reader, "{'type':'message_delta','delta':{},'usage':{'cache_creation':{'ephemeral_1h_input_tokens':7}}}");

        assertThat(start.raw()).isNotNull();
        assertThat(start.raw()
                        .at("/message/usage/cache_creation/ephemeral_1h_input_tokens")
                        .intValue())
                .isEqualTo(5);
        assertThat(reader.soFar().usage().cacheWrite1hTokens()).isEqualTo(7);
        assertThat(reader.soFar().id()).isEqualTo(reader.soFar().id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"max_tokens\":4"})
    void the_demo_streams_its_whole_answer_word_by_word(String fields) {
        DemoTranslator translator = new DemoTranslator();
        byte[] asked = translator
                .toUpstream(ChatRequests.read(ASKED.formatted(fields)), ChatRequests.DEMO)
                .body();
        DemoModel model = new DemoModel();
        ChatResponse whole = translator.toResponse(model.answer(asked), ChatRequests.DEMO);
        byte[] stream = model.stream(asked);
        StreamReader reader = translator.stream(REQUEST, ChatRequests.DEMO);
        List<ChatChunk> chunks = new ArrayList<>();
        new SseParser()
                .feed(
                        stream,
                        0,
                        stream.length,
                        event -> chunks.addAll(reader.read(event).chunks()));

        assertThat(reader.isComplete()).isTrue();
        assertThat(chunks).hasSizeGreaterThan(3);
        assertThat(reader.soFar())
                .returns(whole.content(), ChatResponse::content)
                .returns(whole.finishReason(), ChatResponse::finishReason)
                .returns(whole.usage(), ChatResponse::usage);
        assertThat(new String(model.stream(asked), StandardCharsets.UTF_8))
                .as("each answer has its own id")
                .isNotEqualTo(new String(stream, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"openai,true", "mistral,false"})
    void only_openai_is_asked_to_leave_out_its_padding(String provider, boolean asked) {
        JsonNode body = ChatRequests.json(new String(
                new OpenAiTranslator()
                        .toUpstream(
                                REQUEST,
                                ChatRequests.model("m", provider, 1000, 100, ChatRequests.GPT_4O.capabilities()))
                        .body(),
                StandardCharsets.UTF_8));

        assertThat(body.path("stream_options").has("include_obfuscation")).isEqualTo(asked);
        assertThat(body.path("stream_options").path("include_usage").booleanValue())
                .isTrue();
    }

    static StreamReader reader(String provider) {
        return Translators.of(provider).stream(REQUEST, ChatRequests.GPT_4O);
    }

    private static void calls(StreamReader reader, String calls) {
        openAi(reader, "'delta':{'tool_calls':[" + calls + "]}");
    }

    private static void openAi(StreamReader reader, String choice) {
        read(reader, "{'choices':[{'index':0," + choice + "}]}");
    }

    private static StreamEvent read(StreamReader reader, String data) {
        return reader.read(new SseEvent("message", data.replace('\'', '"')));
    }
}
