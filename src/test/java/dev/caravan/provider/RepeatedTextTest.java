package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that repeat an earlier one with another text bring the same as if they had been read. */
class RepeatedTextTest {

    private static final List<String> TEXTS =
            List.of("One", " two", "", " \\n", " thr\\u00e9e", " 네 🙂", " \u2028", " \\ud83d", "\\ude42", " six");

    private static String openAi(String delta, String rest) {
        return "{\"id\":\"c-1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":null}],\"usage\":null" + rest + "}";
    }

    private static String anthropic(int block, String text) {
        return "{\"type\":\"content_block_delta\",\"index\":" + block
                + ",\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}}";
    }

    static Stream<Arguments> streams() {
        List<String> plain = new ArrayList<>(List.of(openAi("{\"role\":\"assistant\",\"content\":\"\"}", "")));
        List<String> padded = new ArrayList<>();
        List<String> thinking = new ArrayList<>();
        List<String> blocks = new ArrayList<>(List.of(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg-1\",\"usage\":{\"input_tokens\":5}}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"));
        for (int i = 0; i < TEXTS.size(); i++) {
            String content = "{\"content\":\"" + TEXTS.get(i) + "\"}";
            plain.add(openAi(content, ""));
            padded.add(openAi(content, ",\"obfuscation\":\"" + "x".repeat(i) + "\""));
            thinking.add(openAi("{\"content\":\"" + TEXTS.get(i) + "\",\"reasoning_content\":\"r\"}", ""));
            thinking.add(openAi("{\"content\":null,\"reasoning_content\":\"r" + i + "\"}", ""));
            blocks.add(anthropic(i / 5, TEXTS.get(i)));
        }
        plain.add(openAi("{\"content\":\"a\",\"refusal\":\"no\"}", ""));
        plain.add(openAi("{\"content\":\"b\"}", ""));
        return Stream.of(
                Arguments.of("openai", plain),
                Arguments.of("openai", padded),
                Arguments.of("openai", thinking),
                Arguments.of("anthropic", blocks));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void a_repeated_event_brings_what_it_would_bring_if_it_were_read(String format, List<String> stream) {
        StreamReader reader = StreamReadersTest.reader(format);
        StreamReader exact = StreamReadersTest.reader(format);
        int repeats = 0;
        for (int i = 0; i < stream.size(); i++) {
            String json = stream.get(i);
            StreamEvent event = reader.read(new SseEvent("message", json));
            // Blanks in front, of another number each time, are no repetition.
            StreamEvent read = exact.read(new SseEvent("message", " ".repeat(i) + json));

            assertThat(read.texts()).isNull();
            assertThat(event.chunks()).isEqualTo(read.chunks());
            assertThat(event.format()).isEqualTo(read.format());
            if (event.texts() == null) {
                assertThat(event.raw()).isEqualTo(read.raw());
            } else {
                repeats++;
                assertThat(event.pattern().with(event.texts())).isEqualTo(json.getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(repeats).isBetween(3, stream.size() - 3);
        assertThat(reader.soFar()).isEqualTo(exact.soFar());
        assertThat(reader.soFar().content()).startsWith("One two \n thr\u00e9e 네 🙂 \u2028 🙂 six");
    }

    @Test
    void an_event_of_another_name_is_no_repetition() {
        StreamReader reader = StreamReadersTest.reader("openai");
        reader.read(new SseEvent("message", openAi("{\"content\":\"a\"}", "")));
        assertThat(reader.read(new SseEvent("other", openAi("{\"content\":\"b\"}", "")))
                        .texts())
                .isNull();
    }

    @Test
    void the_texts_of_a_tool_call_are_never_taken_for_the_answers() {
        StreamReader reader = StreamReadersTest.reader("anthropic");
        reader.read(new SseEvent("message", anthropic(0, "a")));
        StreamEvent call = reader.read(new SseEvent(
                "message",
                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\","
                        + "\"name\":\"f\",\"input\":{}}}"));
        assertThat(call.chunks()).singleElement().isInstanceOf(ChatChunk.ToolCallStart.class);
        assertThat(reader.read(new SseEvent("message", anthropic(0, "b"))).texts())
                .isNotNull();
    }
}
