package dev.caravan.dialect;

import static dev.caravan.dialect.StreamSamples.ADJUSTMENT;
import static dev.caravan.dialect.StreamSamples.STOP;
import static dev.caravan.dialect.StreamSamples.answer;
import static dev.caravan.dialect.StreamSamples.assertGolden;
import static dev.caravan.dialect.StreamSamples.broken;
import static dev.caravan.dialect.StreamSamples.came;
import static dev.caravan.dialect.StreamSamples.made;
import static dev.caravan.dialect.StreamSamples.whole;
import static dev.caravan.dialect.StreamSamples.writer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiStreamTest {

    private static final ApiDialect API = new ApiDialect(() -> "session-made");

    private final StreamWriter writer = writer(API, "");

    private static String delta(byte[] event) {
        List<SseParser.Event> events = SseParser.events(event);
        assertThat(events).hasSize(1);
        JsonNode json = JsonText.readOrNull(events.get(0).data());
        return Objects.requireNonNull(json).path("delta").asText();
    }

    @Test
    void writes_text_as_it_comes_and_then_all_the_rest() {
        assertGolden(
                "api/text",
                whole(
                        writer,
                        answer(API, FinishReason.STOP, List.of(), ADJUSTMENT),
                        made(new ChatChunk.Text("Hello")),
                        made(),
                        made(new ChatChunk.Text(", "), new ChatChunk.Text("world")),
                        made(STOP)));
    }

    @Test
    void writes_tool_calls_as_openais_fragments() {
        assertGolden(
                "api/tools",
                whole(
                        writer,
                        answer(
                                API,
                                FinishReason.TOOL_CALLS,
                                List.of(
                                        new ToolCall("call_1", "f", "{\"a\":1}", "sig", null),
                                        new ToolCall("call_2", "g", "", null, null))),
                        made(new ChatChunk.ToolCallStart(0, "call_1", "f", "sig")),
                        made(new ChatChunk.ToolCallArguments(0, "{\"a\"")),
                        made(new ChatChunk.ToolCallStart(1, "call_2", "g", null)),
                        made(new ChatChunk.ToolCallArguments(0, ":1}")),
                        made(new ChatChunk.Finish(FinishReason.TOOL_CALLS, "tool_calls"))));
    }

    @Test
    void writes_a_refusal_as_text_where_there_is_no_other() {
        assertGolden(
                "api/refusal",
                whole(
                        writer,
                        answer(API, FinishReason.STOP, List.of()),
                        made(new ChatChunk.Refusal("I can")),
                        made(new ChatChunk.Refusal("not")),
                        made(STOP)));
        assertThat(writer(API, "").event(made(new ChatChunk.Text("a"), new ChatChunk.Refusal("b"))))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("data: {\"delta\":\"a\"}\n\n");
    }

    @Test
    void never_writes_reasoning_nor_a_providers_own_event() {
        assertGolden(
                "api/reasoning",
                whole(
                        writer,
                        answer(API, FinishReason.STOP, List.of()),
                        came(
                                "anthropic",
                                "{\"type\":\"content_block_delta\",\"private\":1}",
                                new ChatChunk.Reasoning(
                                        0,
                                        StreamSamples.object(
                                                "{\"type\":\"thinking_delta\",\"thinking\":\"private\"}"))),
                        came("openai", "{\"choices\":[],\"private\":1}", new ChatChunk.Text("seen")),
                        made(STOP)));
    }

    @Test
    void ends_a_broken_stream_with_an_error_and_without_a_closing_mark() {
        assertGolden("api/error", broken(writer, made(new ChatChunk.Text("Hel"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"quoted\" \\ back\\slash /",
                "line\nfeed\rreturn\ttab\u0000\u001f\u007f",
                "next\u0085line\u2028separator\u2029paragraph",
                "emoji \uD83D\uDE00, umlaut \u00e4, \ufeff\uffff",
                "\n\ndata: [DONE]\n\n",
            })
    void writes_any_text_on_one_line_and_loses_nothing(String text) {
        byte[] event = writer.event(made(new ChatChunk.Text(text)));

        assertThat(delta(event)).isEqualTo(text);
        assertThat(new String(event, StandardCharsets.UTF_8)
                        .codePoints()
                        .filter(c -> c < ' ' || c == 0x85 || c == 0x2028 || c == 0x2029))
                .as("line breaks of any client's reading")
                .containsExactly((int) '\n', (int) '\n');
    }

    @Test
    void joins_a_character_that_was_cut_in_two() {
        assertThat(delta(writer.event(made(new ChatChunk.Text("a\uD83D"))))).isEqualTo("a");
        assertThat(delta(writer.event(made(new ChatChunk.Text("\uDE00b"))))).isEqualTo("\uD83D\uDE00b");

        assertThat(writer.event(made(new ChatChunk.Text("\uD83D")))).isEmpty();
        assertThat(delta(writer.event(made(new ChatChunk.Text("\uDE00"))))).isEqualTo("\uD83D\uDE00");
    }

    @Test
    void writes_half_a_character_as_a_question_mark() {
        assertThat(delta(writer.event(made(new ChatChunk.Text("a\uD83Db\uDE00c")))))
                .isEqualTo("a?b?c");
        assertThat(writer.event(made(new ChatChunk.Text("\uD83D")))).isEmpty();
        assertThat(delta(writer.event(made(new ChatChunk.Text("x"))))).isEqualTo("?x");
    }

    @Test
    void joins_the_pieces_of_each_call_by_themselves() {
        byte[] first = writer.event(
                made(new ChatChunk.ToolCallArguments(0, "\"\uD83D"), new ChatChunk.ToolCallArguments(1, "\"\uD83C")));
        byte[] second = writer.event(
                made(new ChatChunk.ToolCallArguments(0, "\uDE00\""), new ChatChunk.ToolCallArguments(1, "\uDF00\"")));

        assertThat(SseParser.text(first)).doesNotContain("?");
        assertThat(SseParser.text(second)).contains("\uD83D\uDE00").contains("\uD83C\uDF00");
    }
}
