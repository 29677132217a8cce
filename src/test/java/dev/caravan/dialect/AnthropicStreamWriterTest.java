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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.error.ProviderFault;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.StreamEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicStreamWriterTest {

    private static final AnthropicDialect ANTHROPIC = new AnthropicDialect(() -> "session-made");

    private final StreamWriter writer = writer(ANTHROPIC, "");

    private static StreamEvent event(String json) {
        return came("anthropic", json);
    }

    private static ChatChunk reasoning(int block, String delta) {
        return new ChatChunk.Reasoning(block, StreamSamples.object(delta));
    }

    @Test
    void writes_text() {
        assertGolden(
                "anthropic/text",
                whole(
                        writer,
                        answer(ANTHROPIC, FinishReason.STOP, List.of(), ADJUSTMENT),
                        made(new ChatChunk.Text("Hello")),
                        made(),
                        made(new ChatChunk.Text(" \"world\"\n\u2028")),
                        made(STOP)));
    }

    @Test
    void writes_mingled_tool_calls_one_after_the_other() {
        assertGolden(
                "anthropic/tools",
                whole(
                        writer,
                        answer(ANTHROPIC, FinishReason.TOOL_CALLS, List.of()),
                        made(new ChatChunk.Text("I call")),
                        made(new ChatChunk.ToolCallStart(0, "call_1", "f", null)),
                        made(new ChatChunk.ToolCallArguments(0, "{\"a\"")),
                        made(new ChatChunk.ToolCallStart(1, "call_2", "g", null)),
                        made(new ChatChunk.ToolCallStart(2, "call_3", "h", null)),
                        made(new ChatChunk.ToolCallArguments(2, "{\"b\"")),
                        made(new ChatChunk.ToolCallArguments(0, ":1}")),
                        made(new ChatChunk.ToolCallArguments(2, ":2}")),
                        made(new ChatChunk.Finish(FinishReason.TOOL_CALLS, "tool_calls"))));
    }

    @Test
    void breaks_off_rather_than_lose_a_piece_of_a_call() {
        writer.event(made(new ChatChunk.ToolCallStart(0, "call_1", "f", null), new ChatChunk.Text("a")));

        assertThatThrownBy(() -> writer.event(made(new ChatChunk.ToolCallArguments(0, "{}"))))
                .isInstanceOf(ProviderFault.class);
    }

    @Test
    void writes_a_refusal_as_text() {
        assertGolden(
                "anthropic/refusal",
                whole(
                        writer,
                        answer(ANTHROPIC, FinishReason.CONTENT_FILTER, List.of()),
                        made(new ChatChunk.Refusal("I cannot")),
                        made(new ChatChunk.Finish(FinishReason.CONTENT_FILTER, "content_filter"))));
    }

    @Test
    void writes_reasoning_in_blocks_of_its_own() {
        assertGolden(
                "anthropic/reasoning",
                whole(
                        writer,
                        answer(ANTHROPIC, FinishReason.STOP, List.of()),
                        made(reasoning(0, "{\"type\":\"thinking_delta\",\"thinking\":\"Let me\"}")),
                        made(reasoning(0, "{\"type\":\"signature_delta\",\"signature\":\"sig\"}")),
                        made(reasoning(1, "{\"type\":\"redacted_thinking\",\"data\":\"opaque\"}")),
                        made(reasoning(2, "{\"type\":\"thinking_delta\",\"thinking\":\"see\"}")),
                        made(new ChatChunk.Text("Yes")),
                        made(STOP)));
    }

    @Test
    void writes_an_empty_answer() {
        assertGolden("anthropic/empty", whole(writer, answer(ANTHROPIC, FinishReason.LENGTH, List.of())));
    }

    @Test
    void ends_a_broken_stream_with_anthropics_error() {
        assertGolden("anthropic/error", broken(writer, made(new ChatChunk.Text("Hel")), made(STOP)));
    }

    @Test
    void passes_events_of_the_same_format_on() {
        assertGolden(
                "anthropic/same-format",
                whole(
                        writer,
                        answer(ANTHROPIC, FinishReason.STOP, List.of()),
                        event(
                                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_up\",\"type\":\"message\",\"model\":"
                                        + "\"upstream-name\",\"content\":[],\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}"),
                        event("{\"type\":\"ping\"}"),
                        event("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                                + "{\"type\":\"server_tool_use\",\"id\":\"s\"}}"),
                        event("{\"type\":\"content_block_stop\",\"index\":0}"),
                        event("{\"type\":\"new_kind\",\"a\":1.50}"),
                        event("{\"type\":\"no\\nname\"}"),
                        event("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"stop_sequence\","
                                + "\"stop_sequence\":\"END\"},\"usage\":{\"output_tokens\":9}}"),
                        event("{\"type\":\"message_stop\"}"),
                        came("openai", "{\"choices\":[]}")));
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, stop, end_turn",
        "STOP, , end_turn",
        "STOP, stop_sequence, stop_sequence",
        "STOP, pause_turn, pause_turn",
        "LENGTH, MAX_TOKENS, max_tokens",
        "LENGTH, model_context_window_exceeded, model_context_window_exceeded",
        "TOOL_CALLS, tool_calls, tool_use",
        "CONTENT_FILTER, SAFETY, refusal",
    })
    void says_why_the_model_stopped_in_anthropics_words(FinishReason reason, @Nullable String word, String expected) {
        byte[] stream = whole(
                writer, answer(ANTHROPIC, FinishReason.STOP, List.of()), made(new ChatChunk.Finish(reason, word)));

        assertThat(SseParser.text(stream)).contains("\"stop_reason\":\"" + expected + "\"");
    }

    @Test
    void joins_a_character_that_was_cut_in_two() {
        writer.event(made(new ChatChunk.Text("a\uD83D")));

        assertThat(SseParser.text(writer.event(made(new ChatChunk.Text("\uDE00")))))
                .contains("\"text\":\"\uD83D\uDE00\"");
    }
}
