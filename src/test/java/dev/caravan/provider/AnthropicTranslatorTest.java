package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Capabilities;
import dev.caravan.catalog.Capabilities.ReasoningControl;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a request; {@link AnthropicAnswerTest} has the way back. */
class AnthropicTranslatorTest {

    private static final String HI = "{'role':'user','content':'Hi'}";
    private static final String TOOL = "{'type':'function','function':{'name':'f'}}";
    private static final Model SONNET = ChatRequests.CLAUDE_SONNET_4_5;
    private static final Model OPUS = ChatRequests.CLAUDE_OPUS_4_7;

    private final AnthropicTranslator translator = new AnthropicTranslator();

    @Test
    void leaves_the_callers_tree_as_it_was() {
        ChatRequest request = ChatRequests.read(quoted("{'model':'claude-sonnet-4-5','messages':[" + HI + "],'tools':["
                + TOOL + "],'tool_choice':'required','reasoning_effort':'high'}"));
        ObjectNode before = request.body().deepCopy();
        translator.toUpstream(request, SONNET);

        assertThat((Object) request.body()).isEqualTo(before);
    }

    @Test
    void sends_the_upstream_name_no_path_and_stream_only_where_asked() {
        Model renamed =
                new Model("fast", "anthropic", "Fast", "claude-x", 9, 9, SONNET.pricing(), SONNET.capabilities());

        assertThat(tree(settings(renamed, "'stream':true")).path("model").asText())
                .isEqualTo("claude-x");
        assertThat(tree(settings(renamed, "'stream':true")).path("stream").asBoolean())
                .isTrue();
        assertThat(tree(settings(renamed, "'stream':false")).has("stream")).isFalse();
        assertThat(settings(renamed, "'stream':true").path()).isEmpty();
    }

    @Test
    void neighbours_of_one_role_are_one_turn_and_an_empty_assistant_message_is_none() {
        assertMessages(
                HI + ",{'role':'assistant','content':''},{'role':'user','content':[{'type':'text','text':''},"
                        + "{'type':'text','text':'there'}]},{'role':'assistant','content':'a'},"
                        + "{'role':'assistant','content':null,'refusal':'no'}," + HI,
                "[{'role':'user','content':[{'type':'text','text':'Hi'},{'type':'text','text':'there'}]},"
                        + "{'role':'assistant','content':[{'type':'text','text':'a'},{'type':'text','text':'no'}]},"
                        + "{'role':'user','content':[{'type':'text','text':'Hi'}]}]");
    }

    @Test
    void a_last_assistant_message_loses_its_trailing_white_space_and_no_other_does() {
        assertMessages(
                HI + ",{'role':'assistant','content':'a '}," + HI + ",{'role':'assistant','content':' b \\n'}",
                "[{'role':'user','content':[{'type':'text','text':'Hi'}]},"
                        + "{'role':'assistant','content':[{'type':'text','text':'a '}]},"
                        + "{'role':'user','content':[{'type':'text','text':'Hi'}]},"
                        + "{'role':'assistant','content':[{'type':'text','text':' b'}]}]");
    }

    @Test
    void a_tool_result_stands_before_the_user_text_that_came_first() {
        assertMessages(
                HI + ",{'role':'assistant','tool_calls':[" + call("a", "{}") + "," + call("b", " ") + "]}," + HI
                        + ",{'role':'tool','tool_call_id':'b','content':''},"
                        + "{'role':'tool','tool_call_id':'a','content':'x'}",
                "[{'role':'user','content':[{'type':'text','text':'Hi'}]},{'role':'assistant','content':["
                        + "{'type':'tool_use','id':'a','name':'f','input':{}},"
                        + "{'type':'tool_use','id':'b','name':'f','input':{}}]},{'role':'user','content':["
                        + "{'type':'tool_result','tool_use_id':'b'},"
                        + "{'type':'tool_result','tool_use_id':'a','content':[{'type':'text','text':'x'}]},"
                        + "{'type':'text','text':'Hi'}]}]");
    }

    @Test
    void a_pdf_becomes_a_document_and_a_cache_mark_goes_with_its_part() {
        assertMessages(
                "{'role':'user','content':[{'type':'file','file':{'filename':'a.pdf',"
                        + "'file_data':'data:application/pdf;base64,JVBERi0='},'cache_control':{'type':'ephemeral'}}]}",
                "[{'role':'user','content':[{'type':'document','source':{'type':'base64',"
                        + "'media_type':'application/pdf','data':'JVBERi0='},'title':'a.pdf',"
                        + "'cache_control':{'type':'ephemeral'}}]}]");
        assertMessages(
                "{'role':'user','content':[{'type':'text','text':'x','cache_control':'odd'}]}",
                "[{'role':'user','content':[{'type':'text','text':'x','cache_control':'odd'}]}]");
    }

    @Test
    void a_name_is_left_out_and_said() {
        assertAdjusted(messages("{'role':'user','name':'Ann','content':'Hi'}"), "messages[0].name", "'Ann'", "null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'role':'user','content':''} | messages[0].content",
                "{'role':'user','content':[{'type':'text','text':' '}]} | messages[0].content",
                "{'role':'tool','tool_call_id':'x','content':'x'} | messages[0].tool_call_id",
                "{'role':'assistant','tool_calls':[{'id':'a','type':'function','function':{'name':'f','arguments':'{bad'}}]} | messages[0].tool_calls[0].function.arguments",
                "{'role':'assistant','tool_calls':[{'id':'a','type':'function','function':{'name':'f','arguments':'[1]'}}]} | messages[0].tool_calls[0].function.arguments",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'http://a.example/x.png'}}]} | messages[0].content[0].image_url.url",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/bmp;base64,AA=='}}]} | messages[0].content[0].image_url.url",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/png;base64,'}}]} | messages[0].content[0].image_url.url",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/png,AA'}}]} | messages[0].content[0].image_url.url",
                "{'role':'user','content':[{'type':'file','file':{'file_data':'data:text/plain;base64,AA=='}}]} | messages[0].content[0].file.file_data"
            })
    void a_message_that_cannot_be_said_is_an_invalid_value(String message, String param) {
        assertRefused("'messages':[" + message + "]", ErrorCode.INVALID_VALUE, param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'role':'user','content':'Hi','foo':1} | messages[0].foo",
                "{'role':'system','content':'Hi','foo':1} | messages[0].foo",
                "{'role':'assistant','content':'Hi','foo':1} | messages[0].foo",
                "{'role':'user','content':[{'type':'text','text':'a','foo':1}]} | messages[0].content[0].foo",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://a.example/','foo':1}}]} | messages[0].content[0].image_url.foo",
                "{'role':'user','content':[{'type':'input_audio','input_audio':{}}]} | messages[0].content[0]",
                "{'role':'user','content':[{'type':'file','file':{'file_id':'f'}}]} | messages[0].content[0].file.file_id",
                "{'role':'system','content':[{'type':'image_url','image_url':{'url':'https://a.example/'}}]} | messages[0].content[0]",
                "{'role':'assistant','tool_calls':[{'id':'a','type':'custom','custom':{'name':'f'}}]} | messages[0].tool_calls[0].custom"
            })
    void a_part_of_a_message_that_nobody_knows_is_refused_by_its_path(String message, String param) {
        assertRefused("'messages':[" + message + "]", ErrorCode.UNSUPPORTED_PARAMETER, param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'foo':1 | UNSUPPORTED_PARAMETER | foo",
                "'n':2 | OUT_OF_RANGE | n",
                "'stop':[' '] | UNSUPPORTED_PARAMETER | stop",
                "'response_format':{'type':'json_object'} | UNSUPPORTED_PARAMETER | response_format",
                "'tools':[{'type':'custom','custom':{'name':'f'}}] | UNSUPPORTED_PARAMETER | tools[0].type",
                "'tools':[{'type':'function','foo':1,'function':{'name':'f'}}] | UNSUPPORTED_PARAMETER | tools[0].foo",
                "'tools':[{'type':'function','function':{'name':'f','foo':1}}] | UNSUPPORTED_PARAMETER | tools[0].function.foo",
                "'tool_choice':{'type':'allowed_tools'} | UNSUPPORTED_PARAMETER | tool_choice"
            })
    void a_setting_that_cannot_be_said_is_refused(String field, ErrorCode code, String param) {
        assertRefused("'messages':[" + HI + "]," + field, code, param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'tool_choice':'auto' | {'type':'auto'}",
                "'tool_choice':'none','parallel_tool_calls':false | {'type':'none'}",
                "'tool_choice':'required' | {'type':'any'}",
                "'tool_choice':{'type':'function','function':{'name':'f'}} | {'type':'tool','name':'f'}",
                "'parallel_tool_calls':false | {'type':'auto','disable_parallel_tool_use':true}",
                "'parallel_tool_calls':true |"
            })
    void a_tool_choice_is_said_in_anthropics_words(String field, String expected) {
        JsonNode body = tree(settings(SONNET, "'tools':[" + TOOL + "]," + field));

        assertThat((Object) body.get("tool_choice")).isEqualTo(expected == null ? null : json(expected));
    }

    @Test
    void without_tools_there_is_nothing_to_call_one_at_a_time() {
        assertThat(tree(settings(SONNET, "'parallel_tool_calls':false")).has("tool_choice"))
                .isFalse();
    }

    @Test
    void a_tool_keeps_its_cache_mark_and_its_strictness() {
        JsonNode tool = tree(settings(
                        SONNET,
                        "'tools':[{'type':'function','function':{'name':'f','strict':false},'cache_control':{'type':'ephemeral'}}]"))
                .at("/tools/0");

        assertThat((Object) tool)
                .isEqualTo(json("{'name':'f','input_schema':{'type':'object','properties':{}},'strict':false,"
                        + "'cache_control':{'type':'ephemeral'}}"));
    }

    @Test
    void a_temperature_above_one_is_one_and_that_is_said() {
        UpstreamRequest upstream = settings(SONNET, "'temperature':1.5");

        assertThat(tree(upstream).path("temperature").decimalValue()).isEqualByComparingTo("1");
        assertAdjusted(upstream, "temperature", "1.5", "1");
    }

    @Test
    void temperature_wins_over_top_p_but_for_models_before_claude_4() {
        UpstreamRequest upstream = settings(SONNET, "'temperature':0.5,'top_p':0.9");
        assertThat(tree(upstream).has("temperature")).isTrue();
        assertThat(tree(upstream).has("top_p")).isFalse();
        assertAdjusted(upstream, "top_p", "0.9", "null");

        Model old = ChatRequests.model("claude-3-5-haiku", "anthropic", 200_000, 8192, SONNET.capabilities());
        assertThat(tree(settings(old, "'temperature':0.5,'top_p':0.9"))
                        .path("top_p")
                        .asText())
                .isEqualTo("0.9");
        assertThat(settings(old, "'temperature':0.5,'top_p':0.9").adjustments()).isEmpty();
    }

    @Test
    void a_model_without_sampling_gets_no_temperature_and_no_top_p() {
        UpstreamRequest upstream = settings(OPUS, "'temperature':0.5,'top_p':0.9");

        assertThat(tree(upstream).has("temperature")).isFalse();
        assertThat(tree(upstream).has("top_p")).isFalse();
        assertThat(upstream.adjustments()).extracting("param").containsExactly("temperature", "top_p");
    }

    @ParameterizedTest
    @CsvSource({"low,low", "medium,medium", "high,high", "xhigh,xhigh", "max,max", "minimal,low"})
    void an_effort_is_a_word_for_newer_models(String effort, String expected) {
        UpstreamRequest upstream = settings(OPUS, "'reasoning_effort':'" + effort + "'");

        assertThat((Object) tree(upstream).get("output_config")).isEqualTo(json("{'effort':'" + expected + "'}"));
        assertThat(upstream.adjustments()).hasSize(effort.equals(expected) ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"low,1024", "medium,4096", "high,16384", "xhigh,24576", "max,32768"})
    void an_effort_is_a_number_of_tokens_for_older_models(String effort, int tokens) {
        UpstreamRequest upstream = settings(SONNET, "'reasoning_effort':'" + effort + "'");

        assertThat((Object) tree(upstream).get("thinking"))
                .isEqualTo(json("{'type':'enabled','budget_tokens':" + tokens + "}"));
        assertThat(upstream.adjustments()).isEmpty();
    }

    @Test
    void none_turns_thinking_off_and_so_does_minimal_where_the_least_budget_is_more() {
        assertThat((Object) tree(settings(OPUS, "'reasoning_effort':'none'")).get("thinking"))
                .isEqualTo(json("{'type':'disabled'}"));
        assertThat(settings(SONNET, "'reasoning_effort':'none'").adjustments()).isEmpty();
        UpstreamRequest minimal = settings(SONNET, "'reasoning_effort':'minimal','temperature':0.5");
        assertThat((Object) tree(minimal).get("thinking")).isEqualTo(json("{'type':'disabled'}"));
        assertThat(tree(minimal).has("temperature")).isTrue();
        assertAdjusted(minimal, "reasoning_effort", "'minimal'", "'none'");
    }

    @Test
    void an_answer_too_short_for_the_least_budget_is_given_without_thinking() {
        UpstreamRequest tight = settings(SONNET, "'reasoning_effort':'low','max_tokens':1024");
        assertThat(tree(tight).has("thinking")).isFalse();
        assertAdjusted(tight, "reasoning_effort", "'low'", "null");
        assertThat(tree(settings(SONNET, "'reasoning_effort':'max','max_tokens':1025"))
                        .at("/thinking/budget_tokens")
                        .intValue())
                .isEqualTo(1024);
    }

    @Test
    void a_model_that_does_not_reason_gets_no_effort() {
        Model plain = ChatRequests.model(
                "claude-x", "anthropic", 9, 9, new Capabilities(true, true, false, true, ReasoningControl.EFFORT));

        assertAdjusted(settings(plain, "'reasoning_effort':'low'"), "reasoning_effort", "'low'", "null");
        assertThat(tree(settings(plain, "'reasoning_effort':'low'")).has("output_config"))
                .isFalse();
    }

    @Test
    void a_model_that_thinks_chooses_its_tools_itself() {
        UpstreamRequest upstream = settings(
                SONNET,
                "'reasoning_effort':'low','tools':[" + TOOL
                        + "],'tool_choice':{'type':'function','function':{'name':'f'}},'parallel_tool_calls':false");

        assertThat((Object) tree(upstream).get("tool_choice"))
                .isEqualTo(json("{'type':'auto','disable_parallel_tool_use':true}"));
        assertAdjusted(upstream, "tool_choice", "{'type':'function','function':{'name':'f'}}", "'auto'");
    }

    @Test
    void effort_and_schema_share_one_object_and_a_loose_schema_is_said_to_be_strict() {
        UpstreamRequest upstream = settings(
                OPUS,
                "'reasoning_effort':'high','response_format':{'type':'json_schema','json_schema':"
                        + "{'name':'x','strict':false,'schema':{'type':'object'}}}");

        assertThat((Object) tree(upstream).get("output_config"))
                .isEqualTo(json("{'effort':'high','format':{'type':'json_schema','schema':{'type':'object'}}}"));
        assertAdjusted(upstream, "response_format.json_schema.strict", "false", "true");
        assertThat(tree(settings(OPUS, "'response_format':{'type':'text'}")).has("output_config"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "safety_identifier"})
    void the_end_user_is_sent_as_a_hash(String field) {
        assertThat(tree(settings(SONNET, "'" + field + "':'abc'"))
                        .at("/metadata/user_id")
                        .asText())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void of_two_end_users_the_one_left_out_is_named() {
        assertAdjusted(
                settings(SONNET, "'user':'abc','safety_identifier':'def'"), "safety_identifier", "'def'", "null");
        assertThat(settings(SONNET, "'user':'abc','safety_identifier':'abc'").adjustments())
                .isEmpty();
    }

    @Test
    void the_default_limit_is_the_models_own_or_what_its_context_leaves() {
        assertThat(limit(200_000, HI, "")).isEqualTo(64_000);
        String text = "{'role':'user','content':'" + "x".repeat(80_000) + "'}";
        assertThat(limit(100_000, text, "")).isBetween(59_000, 60_000);
        assertThat(limit(100_000, "{'role':'system','content':'" + "x".repeat(80_000) + "'}," + HI, ""))
                .isBetween(59_000, 60_000);
        assertThat(limit(
                        100_000,
                        HI,
                        ",'tools':[{'type':'function','function':{'name':'f','description':'" + "x".repeat(80_000)
                                + "'}}]"))
                .isBetween(59_000, 60_000);
        String call = call("a", "{\\\"x\\\":\\\"" + "x".repeat(80_000) + "\\\"}");
        assertThat(limit(100_000, HI + ",{'role':'assistant','tool_calls':[" + call + "]}", ""))
                .isBetween(59_000, 60_000);
        assertThat(limit(1, text, "")).isEqualTo(1);
    }

    @Test
    void an_image_counts_as_an_image_in_the_default_limit_and_not_by_its_bytes() {
        assertThat(limit(
                        66_000,
                        "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/png;base64,"
                                + "A".repeat(400_000) + "'}}]}",
                        ""))
                .isBetween(60_000, 61_000);
    }

    private int limit(long context, String messages, String fields) {
        Model model = ChatRequests.model("claude-x", "anthropic", context, 64_000, SONNET.capabilities());
        return tree(upstream(model, "'messages':[" + messages + "]" + fields))
                .path("max_tokens")
                .intValue();
    }

    private void assertMessages(String given, String expected) {
        UpstreamRequest upstream = messages(given);
        assertThat((Object) tree(upstream).get("messages")).isEqualTo(json(expected));
        assertThat(upstream.adjustments()).isEmpty();
    }

    private static void assertAdjusted(UpstreamRequest upstream, String param, String from, String to) {
        assertThat(upstream.adjustments()).singleElement().satisfies(adjustment -> {
            assertThat(adjustment.param()).isEqualTo(param);
            assertThat((Object) adjustment.from()).isEqualTo(json(from));
            assertThat((Object) adjustment.to()).isEqualTo(to.equals("null") ? null : json(to));
            assertThat(adjustment.reason()).isNotBlank();
        });
    }

    private void assertRefused(String fields, ErrorCode code, String param) {
        assertThatThrownBy(() -> upstream(SONNET, fields))
                .asInstanceOf(type(RequestException.class))
                .returns(code, GatewayException::code)
                .returns(param, GatewayException::param);
    }

    private UpstreamRequest messages(String messages) {
        return upstream(SONNET, "'messages':[" + messages + "]");
    }

    private UpstreamRequest settings(Model model, String fields) {
        return upstream(model, "'messages':[" + HI + "]," + fields);
    }

    private UpstreamRequest upstream(Model model, String fields) {
        return translator.toUpstream(ChatRequests.read(quoted("{'model':'" + model.id() + "'," + fields + "}")), model);
    }

    private static String call(String id, String arguments) {
        return "{'id':'" + id + "','type':'function','function':{'name':'f','arguments':'" + arguments + "'}}";
    }

    private static JsonNode tree(UpstreamRequest upstream) {
        return ChatRequests.json(new String(upstream.body(), StandardCharsets.UTF_8));
    }

    private static JsonNode json(String text) {
        return ChatRequests.json(quoted(text));
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
