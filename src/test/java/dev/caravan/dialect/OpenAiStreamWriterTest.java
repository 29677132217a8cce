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

import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.StreamEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiStreamWriterTest {

    private static final OpenAiDialect OPENAI = new OpenAiDialect(() -> "session-made");
    private static final String WITH_USAGE = ",\"stream_options\":{\"include_usage\":true}";
    private static final String HEAD =
            "\"id\":\"chatcmpl-up\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                    + "\"model\":\"upstream-name\",\"system_fingerprint\":\"fp\"";

    private static StreamEvent chunk(String rest) {
        return came("openai", "{" + HEAD + "," + rest + "}");
    }

    private static StreamEvent choice(int index, String delta, String finish) {
        return chunk(
                "\"choices\":[{\"index\":" + index + ",\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]");
    }

    private static byte[] text(String more) {
        return whole(
                writer(OPENAI, more),
                answer(OPENAI, FinishReason.STOP, List.of(), ADJUSTMENT),
                made(new ChatChunk.Text("Hello")),
                made(),
                made(new ChatChunk.Text(" \"world\"\n\u2028")),
                made(STOP));
    }

    private static byte[] sameFormat(String more) {
        return whole(
                writer(OPENAI, more),
                answer(OPENAI, FinishReason.STOP, List.of()),
                chunk("\"choices\":[],\"prompt_filter_results\":[]"),
                choice(0, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"),
                choice(0, "{\"content\":null,\"reasoning_content\":\"private\"}", "null"),
                choice(0, "{\"content\":\"Hello\",\"reasoning\":\"private\",\"reasoning_details\":[1]}", "null"),
                chunk("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"!\"},\"logprobs\":{\"content\":[1.50]},"
                        + "\"finish_reason\":null}],\"usage\":null,\"obfuscation\":\"x\""),
                choice(0, "{}", "\"stop\""),
                chunk(
                        "\"service_tier\":\"default\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
                                + "\"total_tokens\":3,\"prompt_tokens_details\":{\"audio_tokens\":0}}"));
    }

    @Test
    void writes_text_and_puts_the_cost_into_the_finish_chunk() {
        assertGolden("openai/text", text(""));
    }

    @Test
    void writes_one_chunk_with_usage_more_where_the_caller_asked() {
        assertGolden("openai/text-with-usage", text(WITH_USAGE));
    }

    @Test
    void writes_tool_calls() {
        assertGolden(
                "openai/tools",
                whole(
                        writer(OPENAI, ""),
                        answer(OPENAI, FinishReason.TOOL_CALLS, List.of()),
                        made(new ChatChunk.ToolCallStart(0, "call_1", "f", "sig")),
                        made(new ChatChunk.ToolCallArguments(0, "{\"a\"")),
                        made(new ChatChunk.ToolCallArguments(0, ":1}")),
                        made(new ChatChunk.ToolCallStart(1, "call_2", "g", null)),
                        made(new ChatChunk.Finish(FinishReason.TOOL_CALLS, "tool_use"))));
    }

    @Test
    void writes_a_refusal_in_its_own_field() {
        assertGolden(
                "openai/refusal",
                whole(
                        writer(OPENAI, ""),
                        answer(OPENAI, FinishReason.STOP, List.of()),
                        made(new ChatChunk.Refusal("I cannot")),
                        made(STOP)));
    }

    @Test
    void never_writes_reasoning() {
        assertGolden(
                "openai/reasoning",
                whole(
                        writer(OPENAI, ""),
                        answer(OPENAI, FinishReason.LENGTH, List.of()),
                        made(new ChatChunk.Reasoning(
                                0, StreamSamples.object("{\"type\":\"thinking_delta\",\"thinking\":\"private\"}"))),
                        made(new ChatChunk.Finish(FinishReason.LENGTH, null))));
    }

    @Test
    void ends_a_broken_stream_without_a_finish_reason_and_without_a_closing_mark() {
        assertGolden("openai/error", broken(writer(OPENAI, ""), made(new ChatChunk.Text("Hel")), made(STOP)));
    }

    @Test
    void passes_chunks_of_the_same_format_on() {
        assertGolden("openai/same-format", sameFormat(""));
    }

    @Test
    void passes_the_providers_usage_on_where_the_caller_asked() {
        assertGolden("openai/same-format-with-usage", sameFormat(WITH_USAGE));
    }

    @Test
    void holds_back_the_finish_of_the_last_choice_only() {
        assertGolden(
                "openai/same-format-choices",
                whole(
                        writer(OPENAI, ""),
                        answer(OPENAI, FinishReason.STOP, List.of()),
                        choice(0, "{\"role\":\"assistant\",\"content\":\"a\"}", "null"),
                        choice(1, "{\"role\":\"assistant\",\"content\":\"b\"}", "null"),
                        choice(0, "{}", "\"stop\""),
                        choice(1, "{\"content\":\"c\"}", "null"),
                        choice(1, "{}", "\"length\""),
                        choice(1, "{\"role\":\"assistant\",\"content\":\"\"}", "null")));
    }

    @Test
    void keeps_one_id_and_one_time_where_a_provider_changes_them() {
        byte[] stream = whole(
                writer(OPENAI, ""),
                answer(OPENAI, FinishReason.STOP, List.of()),
                came("openai", "{\"id\":\"\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}"),
                choice(0, "{\"content\":\"b\"}", "null"),
                made(STOP));

        assertThat(SseParser.events(stream).subList(0, 3))
                .allSatisfy(event -> assertThat(event.data())
                        .contains("\"id\":\"answer-1\"")
                        .contains("\"created\":1760013296")
                        .contains("\"model\":\"gpt-4o\""));
    }

    @Test
    void makes_the_finish_that_a_provider_left_out() {
        byte[] stream = whole(
                writer(OPENAI, ""),
                answer(OPENAI, FinishReason.LENGTH, List.of()),
                choice(0, "{\"content\":\"a\"}", "null"));

        List<SseParser.Event> events = SseParser.events(stream);
        assertThat(events).hasSize(3);
        assertThat(events.get(1).data())
                .contains("\"id\":\"chatcmpl-up\"")
                .contains("\"finish_reason\":\"length\"")
                .contains("\"total_cost\":0.0081");
    }

    @Test
    void hands_both_halves_of_a_providers_character_on() {
        byte[] stream = writer(OPENAI, "").event(choice(0, "{\"content\":\"\\ud83d\"}", "null"));

        assertThat(SseParser.text(stream)).contains("{\"content\":\"\\ud83d\"}");
    }
}
