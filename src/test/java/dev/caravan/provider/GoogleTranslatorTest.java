package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Capabilities;
import dev.caravan.catalog.Capabilities.ReasoningControl;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.Adjustment;
import dev.caravan.wire.ChatRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoogleTranslatorTest {

    private static final Model PRO = ChatRequests.model(
            "gemini-2.5-pro",
            "google",
            1_048_576,
            65_536,
            new Capabilities(true, true, true, true, ReasoningControl.BUDGET));
    private static final Model PLAIN = ChatRequests.model(
            "gemini-plain", "google", 1_048_576, 65_536, new Capabilities(true, true, false, false, null));

    private final GoogleTranslator translator = new GoogleTranslator();

    @Test
    void takes_the_path_from_the_catalogue_and_asks_for_events_when_streaming() {
        assertThat(fields("").path()).isEqualTo("/gemini-2.5-flash:generateContent");
        assertThat(fields(",'stream':true").path()).isEqualTo("/gemini-2.5-flash:streamGenerateContent?alt=sse");
    }

    @Test
    void leaves_the_callers_tree_as_it_was() {
        ChatRequest request = request("{'role':'user','content':'Hi'}", ",'temperature':0.1,'tools':[]");
        ObjectNode before = request.body().deepCopy();
        translator.toUpstream(request, ChatRequests.GEMINI_2_5_FLASH);

        assertThat((Object) request.body()).isEqualTo(before);
    }

    @Test
    void keeps_numbers_as_they_were_written() {
        assertThat(text(fields(",'temperature':0.70,'top_p':1.0,'presence_penalty':-0.10,'frequency_penalty':2")))
                .contains("\"temperature\":0.70,\"topP\":1.0,\"presencePenalty\":-0.10,\"frequencyPenalty\":2");
    }

    @Test
    void leaves_empty_texts_out_and_refuses_a_user_turn_without_any() {
        assertThat((Object) body(messages("{'role':'system','content':''},"
                        + "{'role':'user','content':[{'type':'text','text':''},{'type':'text','text':'a'}]},"
                        + "{'role':'assistant','content':''},{'role':'user','content':'b'}")))
                .isEqualTo(json("{'contents':[{'role':'user','parts':[{'text':'a'},{'text':'b'}]}]}"));
        refused("{'role':'user','content':''}", "", ErrorCode.INVALID_VALUE, "messages[0].content");
    }

    @Test
    void says_an_earlier_refusal_as_the_models_own_text() {
        assertThat(body(messages("{'role':'user','content':'a'},{'role':'assistant','content':null,'refusal':'No.'}"))
                        .at("/contents/1/parts/0/text")
                        .asText())
                .isEqualTo("No.");
    }

    @Test
    void names_a_participants_name_that_it_leaves_out() {
        assertThat(messages("{'role':'user','content':'a','name':'Ann'}").adjustments())
                .extracting(Adjustment::param)
                .containsExactly("messages[0].name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'role':'user','content':'a','x':1} | messages[0].x",
                "{'role':'user','content':'a','tool_calls':[{'id':'a'}]} | messages[0].tool_calls",
                "{'role':'user','content':[{'type':'text','text':'a','cache_control':{'type':'e'}}]} | messages[0].content[0].cache_control",
                "{'role':'user','content':[{'type':'video','video':'v'}]} | messages[0].content[0]",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://a.example/b.png'}}]} | messages[0].content[0].image_url.url",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/png;base64,AA==','x':1}}]} | messages[0].content[0].image_url.x",
                "{'role':'user','content':[{'type':'file','file':{'file_id':'f'}}]} | messages[0].content[0].file.file_id",
                "{'role':'user','content':[{'type':'file','file':{'file_data':'AA=='}}]} | messages[0].content[0].file.file_data",
                "{'role':'system','content':[{'type':'image_url','image_url':{'url':'data:image/png;base64,AA=='}}]} | messages[0].content[0]",
                "{'role':'assistant','tool_calls':[{'id':'a','type':'custom','custom':{'name':'c'}}]} | messages[0].tool_calls[0].custom",
                "{'role':'assistant','content':'a','audio':{'id':'x'}} | messages[0].audio"
            })
    void refuses_what_gemini_cannot_be_told_by_its_path(String message, String param) {
        refused(message, "", ErrorCode.UNSUPPORTED_PARAMETER, param);
    }

    @Test
    void passes_over_fields_that_say_nothing() {
        assertThat(messages(
                                "{'role':'user','content':'a'},"
                                        + "{'role':'assistant','content':'b','audio':null,'annotations':[],'function_call':null}")
                        .adjustments())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data:image/png,AA", "data:;base64,AA==", "data:image/png;base64,", "data:image/png;base64"})
    void refuses_a_data_uri_that_is_none(String url) {
        refused(
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'" + url + "'}}]}",
                "",
                ErrorCode.INVALID_VALUE,
                "messages[0].content[0].image_url.url");
    }

    @Test
    void takes_a_large_image() {
        String data = "A".repeat(2_000_000);
        assertThat(body(messages(
                                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/jpeg;base64,"
                                        + data + "'}}]}"))
                        .at("/contents/0/parts/0/inlineData/data")
                        .asText())
                .isEqualTo(data);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1]", "1", "{} x", "null"})
    void refuses_arguments_that_are_no_json_object(String arguments) {
        refused(
                "{'role':'assistant','tool_calls':[{'id':'a','type':'function','function':{'name':'f','arguments':'"
                        + arguments + "'}}]}",
                "",
                ErrorCode.INVALID_VALUE,
                "messages[0].tool_calls[0].function.arguments");
    }

    @Test
    void refuses_arguments_that_are_nested_too_deeply() {
        String deep = "{\\\"a\\\":".repeat(998) + "1" + "}".repeat(998);
        RequestException refusal = catchThrowableOfType(
                RequestException.class,
                () -> messages("{'role':'assistant','tool_calls':[{'id':'a','type':'function','function':{'name':'f',"
                        + "'arguments':'" + deep + "'}}]}"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_VALUE);
    }

    @Test
    void refuses_a_result_of_an_unknown_call() {
        refused(
                "{'role':'tool','tool_call_id':'x','content':'a'}",
                "",
                ErrorCode.INVALID_VALUE,
                "messages[0].tool_call_id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                ",'n':2 | OUT_OF_RANGE | n",
                ",'seed':2147483648 | OUT_OF_RANGE | seed",
                ",'logprobs':true | UNSUPPORTED_PARAMETER | logprobs",
                ",'top_k':3 | UNSUPPORTED_PARAMETER | top_k",
                ",'stream_options':{'x':1} | UNSUPPORTED_PARAMETER | stream_options.x",
                ",'response_format':{'type':'json_schema','json_schema':{'x':1}} | UNSUPPORTED_PARAMETER | response_format.json_schema.x",
                ",'tools':[{'type':'custom','custom':{'name':'c'}}] | UNSUPPORTED_PARAMETER | tools[0].type",
                ",'tools':[{'type':'function','function':{'name':'c','x':1}}] | UNSUPPORTED_PARAMETER | tools[0].function.x",
                ",'tool_choice':{'type':'allowed_tools'} | UNSUPPORTED_PARAMETER | tool_choice",
                ",'reasoning_effort':'huge' | INVALID_VALUE | reasoning_effort"
            })
    void refuses_settings_by_their_name(String fields, ErrorCode code, String param) {
        refused("{'role':'user','content':'Hi'}", fields, code, param);
    }

    @Test
    void leaves_sampling_and_reasoning_out_for_a_model_without_them() {
        UpstreamRequest upstream = translator.toUpstream(
                request("{'role':'user','content':'Hi'}", ",'temperature':0.5,'top_p':1,'reasoning_effort':'low'"),
                PLAIN);

        assertThat((Object) body(upstream)).isEqualTo(json("{'contents':[{'role':'user','parts':[{'text':'Hi'}]}]}"));
        assertThat(upstream.adjustments())
                .extracting(Adjustment::param, Adjustment::to)
                .containsExactly(tuple("temperature", null), tuple("top_p", null), tuple("reasoning_effort", null));
    }

    @ParameterizedTest
    @CsvSource({
        "none,0,",
        "minimal,512,",
        "low,1024,",
        "medium,8192,",
        "high,24576,",
        "xhigh,24576,high",
        "max,24576,high"
    })
    void says_effort_as_a_budget(String effort, int budget, String changedTo) {
        thinking(ChatRequests.GEMINI_2_5_FLASH, effort, "{'thinkingBudget':" + budget + "}", changedTo);
    }

    @ParameterizedTest
    @CsvSource({
        "none,MINIMAL,minimal",
        "minimal,MINIMAL,",
        "low,LOW,",
        "medium,MEDIUM,",
        "high,HIGH,",
        "xhigh,HIGH,high",
        "max,HIGH,high"
    })
    void says_effort_as_a_level(String effort, String level, String changedTo) {
        thinking(ChatRequests.GEMINI_3_FLASH, effort, "{'thinkingLevel':'" + level + "'}", changedTo);
    }

    @Test
    void gives_the_model_that_cannot_stop_reasoning_its_least_budget() {
        thinking(PRO, "none", "{'thinkingBudget':128}", "128");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'none' | {'mode':'NONE'}",
                "'auto' | {'mode':'AUTO'}",
                "'required' | {'mode':'ANY'}",
                "{'type':'function','function':{'name':'f'}} | {'mode':'ANY','allowedFunctionNames':['f']}"
            },
            quoteCharacter = '~')
    void says_which_tools_must_be_called(String choice, String config) {
        assertThat((Object) body(fields(",'tool_choice':" + choice)).at("/toolConfig/functionCallingConfig"))
                .isEqualTo(json(config));
    }

    @Test
    void asks_for_json_without_a_schema() {
        assertThat((Object) body(fields(",'response_format':{'type':'json_object'}"))
                        .path("generationConfig"))
                .isEqualTo(json("{'responseMimeType':'application/json'}"));
        assertThat(body(fields(",'response_format':{'type':'text'}")).has("generationConfig"))
                .isFalse();
    }

    @Test
    void names_what_a_schema_cannot_carry() {
        assertThat(fields(",'response_format':{'type':'json_schema','json_schema':{'name':'a','description':'b',"
                                + "'strict':false,'schema':{}}}")
                        .adjustments())
                .extracting(Adjustment::param)
                .containsExactly("response_format.json_schema.description", "response_format.json_schema.strict");
    }

    private void thinking(Model model, String effort, String config, String changedTo) {
        UpstreamRequest upstream = translator.toUpstream(
                request("{'role':'user','content':'Hi'}", ",'reasoning_effort':'" + effort + "'"), model);

        assertThat((Object) body(upstream).at("/generationConfig/thinkingConfig"))
                .isEqualTo(json(config));
        assertThat(upstream.adjustments().stream()
                        .map(Adjustment::to)
                        .map(to -> to == null ? "" : to.asText())
                        .toList())
                .isEqualTo(changedTo == null ? List.of() : List.of(changedTo));
    }

    private void refused(String messages, String fields, ErrorCode code, String param) {
        RequestException refusal = catchThrowableOfType(
                RequestException.class,
                () -> translator.toUpstream(request(messages, fields), ChatRequests.GEMINI_2_5_FLASH));

        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.text()).startsWith(param + " ");
    }

    private UpstreamRequest messages(String messages) {
        return translator.toUpstream(request(messages, ""), ChatRequests.GEMINI_2_5_FLASH);
    }

    private UpstreamRequest fields(String fields) {
        return translator.toUpstream(request("{'role':'user','content':'Hi'}", fields), ChatRequests.GEMINI_2_5_FLASH);
    }

    /** Single quotes stand for double ones; those of an arguments text are written out. */
    private static ChatRequest request(String messages, String fields) {
        return ChatRequests.read(
                ("{'model':'gemini-2.5-flash','messages':[" + messages + "]" + fields + "}").replace('\'', '"'));
    }

    private static JsonNode json(String text) {
        return ChatRequests.json(text.replace('\'', '"'));
    }

    private static JsonNode body(UpstreamRequest upstream) {
        return ChatRequests.json(text(upstream));
    }

    private static String text(UpstreamRequest upstream) {
        return new String(upstream.body(), StandardCharsets.UTF_8);
    }
}
