package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ContentPart;
import dev.caravan.wire.ResponseFormat;
import dev.caravan.wire.Role;
import dev.caravan.wire.ToolChoice;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChatRequestParserTest {

    private static final ApiDialect API = new ApiDialect(() -> "session-made");
    private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";

    private static ChatRequest parse(String body) {
        return API.parse(body.getBytes(StandardCharsets.UTF_8), IdHeaders.NONE);
    }

    private static ChatRequest with(String fields) {
        return parse("{\"model\":\"m\",\"messages\":[" + USER + "]," + fields + "}");
    }

    @Test
    void reads_the_request_of_the_contract() {
        ChatRequest request = parse("""
                { "model": "gpt-4-turbo-preview",
                  "messages": [ {"role": "system", "content": "You are a helpful assistant."},
                                {"role": "user", "content": "Explain quantum computing simply."} ],
                  "temperature": 0.7, "max_tokens": 512, "stream": false,
                  "session_id": "session-1234", "user_id": "user-001" }
                """);

        assertThat(request.model()).isEqualTo("gpt-4-turbo-preview");
        assertThat(request.messages()).extracting(ChatMessage::role).containsExactly(Role.SYSTEM, Role.USER);
        assertThat(request.messages().get(1).text()).isEqualTo("Explain quantum computing simply.");
        assertThat(request.temperature()).isEqualTo(new BigDecimal("0.7"));
        assertThat(request.maxTokens()).isEqualTo(512);
        assertThat(request.stream()).isFalse();
        assertThat(request.sessionId()).isEqualTo("session-1234");
        assertThat(request.userId()).isEqualTo("user-001");
        assertThat(request.body().has("session_id")).isFalse();
        assertThat(request.body().has("user_id")).isFalse();
        assertThat(request.body().path("temperature").asText()).isEqualTo("0.7");
    }

    @Test
    void makes_a_session_and_an_anonymous_user_where_none_is_sent() {
        ChatRequest request = with("\"session_id\":null,\"user_id\":null");

        assertThat(request.sessionId()).isEqualTo("session-made");
        assertThat(request.userId()).isEqualTo("anonymous");
    }

    @Test
    void keeps_ids_verbatim_and_counts_them_in_characters_not_in_halves() {
        String faces = "\uD83D\uDE00".repeat(256);

        assertThat(with("\"session_id\":\"" + faces + "\"").sessionId()).isEqualTo(faces);
        assertThat(with("\"user_id\":\" Ünï, \\\"q\\\" \"").userId()).isEqualTo(" Ünï, \"q\" ");
    }

    @Test
    void does_not_read_the_headers_of_the_other_entrances() {
        ChatRequest request = API.parse(
                ("{\"model\":\"m\",\"messages\":[" + USER + "]}").getBytes(StandardCharsets.UTF_8),
                new IdHeaders("s", "u"));

        assertThat(request.sessionId()).isEqualTo("session-made");
        assertThat(request.userId()).isEqualTo("anonymous");
    }

    @Test
    void treats_null_in_an_optional_field_as_left_out() {
        ChatRequest request = with("\"temperature\":null,\"tools\":null,\"stop\":null,\"stream\":null,\"zzz\":null");

        assertThat(request.temperature()).isNull();
        assertThat(request.tools()).isEmpty();
        assertThat(request.body().size()).isEqualTo(2);
    }

    @Test
    void keeps_null_inside_a_tools_schema() {
        ChatRequest request = with("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":null,"
                + "\"parameters\":{\"default\":null,\"enum\":[\"a\",null]}}}]");

        assertThat(request.tools().get(0).parameters()).hasToString("{\"default\":null,\"enum\":[\"a\",null]}");
        assertThat(request.tools().get(0).strict()).isNull();
        assertThat(request.body().toString()).contains("\"default\":null");
    }

    @Test
    void passes_numbers_and_unknown_fields_on_as_they_came() {
        ChatRequest request =
                with("\"temperature\":0.10,\"top_p\":1.0,\"future\":{\"big\":123456789012345678901234567890,"
                        + "\"fine\":0.1234567890123456789012345,\"zero\":0.00}");

        assertThat(new String(JsonText.bytes(request.body()), StandardCharsets.UTF_8))
                .contains("\"temperature\":0.10,")
                .contains("\"top_p\":1.0,")
                .contains("\"big\":123456789012345678901234567890")
                .contains("\"fine\":0.1234567890123456789012345")
                .contains("\"zero\":0.00");
    }

    @Test
    void reads_every_form_of_content() {
        ChatRequest request = parse("""
                {"model":"m","messages":[
                  {"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
                  {"role":"user","name":"Ann","content":[
                    {"type":"text","text":"look"},
                    {"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}},
                    {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
                    {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}]},
                  {"role":"assistant","content":null,"refusal":null,"tool_calls":[
                    {"id":"call_1","type":"function","function":{"name":"f","arguments":"{\\"a\\":1"},
                     "extra_content":{"google":{"thought_signature":"sig"}}},
                    {"id":"call_2","type":"custom","custom":{"name":"g","input":"text"}}]},
                  {"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"done"}]},
                  {"role":"assistant","content":"","refusal":"no"},
                  {"role":"assistant","content":[{"type":"refusal","refusal":"never"}]}]}
                """);

        assertThat(request.messages().get(0).text()).isEqualTo("ab");
        assertThat(request.messages().get(1).name()).isEqualTo("Ann");
        assertThat(request.messages().get(1).content().subList(0, 3))
                .containsExactly(
                        new ContentPart.Text("look"),
                        new ContentPart.Image("https://example.com/a.png", "low"),
                        new ContentPart.Image("data:image/png;base64,AAAA", null));
        assertThat(request.messages().get(1).content().get(3))
                .isInstanceOfSatisfying(ContentPart.Other.class, other -> {
                    assertThat(other.type()).isEqualTo("input_audio");
                    assertThat(other.json().path("input_audio").path("format").asText())
                            .isEqualTo("wav");
                });
        ChatMessage calling = request.messages().get(2);
        assertThat(calling.content()).isEmpty();
        assertThat(calling.toolCalls().get(0).arguments()).isEqualTo("{\"a\":1");
        assertThat(calling.toolCalls().get(0).thoughtSignature()).isEqualTo("sig");
        assertThat(calling.toolCalls().get(1).name()).isEqualTo("g");
        assertThat(calling.toolCalls().get(1).json()).isNotNull();
        assertThat(request.messages().get(3).toolCallId()).isEqualTo("call_1");
        assertThat(request.messages().get(4).content())
                .containsExactly(new ContentPart.Text(""), new ContentPart.Refusal("no"));
        assertThat(request.messages().get(5).content()).containsExactly(new ContentPart.Refusal("never"));
    }

    @Test
    void reads_the_whole_vocabulary() {
        ChatRequest request = with("""
                "top_p":0.5,"max_completion_tokens":7,"stop":["a","b"],"stream":true,"seed":-9223372036854775808,
                "presence_penalty":-2,"frequency_penalty":2,"reasoning_effort":"xhigh","parallel_tool_calls":false,
                "safety_identifier":"hash","n":1,"logprobs":true,"top_logprobs":20,"logit_bias":{"50256":-100},
                "stream_options":{"include_usage":true},
                "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true}},
                         {"type":"custom","custom":{"name":"c"}}],
                "tool_choice":{"type":"function","function":{"name":"f"}},
                "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object"},"strict":true}}
                """);

        assertThat(request.topP()).isEqualByComparingTo("0.5");
        assertThat(request.maxTokens()).isEqualTo(7);
        assertThat(request.stop()).containsExactly("a", "b");
        assertThat(request.stream()).isTrue();
        assertThat(request.seed()).isEqualTo(Long.MIN_VALUE);
        assertThat(request.presencePenalty()).isEqualByComparingTo("-2");
        assertThat(request.frequencyPenalty()).isEqualByComparingTo("2");
        assertThat(request.reasoningEffort()).isEqualTo("xhigh");
        assertThat(request.parallelToolCalls()).isFalse();
        assertThat(request.user()).isEqualTo("hash");
        assertThat(request.tools()).extracting("type").containsExactly("function", "custom");
        assertThat(request.tools().get(0).strict()).isTrue();
        assertThat(request.toolChoice()).isEqualTo(new ToolChoice(ToolChoice.Mode.NAMED, "f"));
        assertThat(request.responseFormat()).isNotNull();
        assertThat(request.responseFormat().kind()).isEqualTo(ResponseFormat.Kind.JSON_SCHEMA);
        assertThat(request.responseFormat().schema()).hasToString("{\"type\":\"object\"}");
        assertThat(request.body().path("logit_bias").path("50256").asInt()).isEqualTo(-100);
    }

    @Test
    void reads_a_stop_that_is_one_string_and_choices_that_are_words() {
        assertThat(with("\"stop\":\"END\"").stop()).containsExactly("END");
        assertThat(with("\"tool_choice\":\"required\"").toolChoice())
                .isEqualTo(new ToolChoice(ToolChoice.Mode.REQUIRED, null));
        assertThat(with("\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{}}")
                        .toolChoice())
                .isEqualTo(new ToolChoice(ToolChoice.Mode.OTHER, null));
        assertThat(with("\"user\":\"u\",\"safety_identifier\":\"h\"").user()).isEqualTo("u");
    }

    @Test
    void takes_both_names_of_the_token_limit_when_they_agree() {
        assertThat(with("\"max_tokens\":9,\"max_completion_tokens\":9").maxTokens())
                .isEqualTo(9);
        assertThat(with("\"max_tokens\":99999999999999999999999").maxTokens()).isEqualTo(Integer.MAX_VALUE);
    }
}
