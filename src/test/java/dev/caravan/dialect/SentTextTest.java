package dev.caravan.dialect;

import static dev.caravan.dialect.StreamSamples.answer;
import static dev.caravan.dialect.StreamSamples.came;
import static dev.caravan.dialect.StreamSamples.whole;
import static dev.caravan.dialect.StreamSamples.writer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.StreamEvent;
import dev.caravan.wire.TextPattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that repeat an earlier one with another text go out as if they had been read and written. */
class SentTextTest {

    private static final List<String> TEXTS = List.of(" two", " <b>", " 네 🙂", " a\u2028b\u0085c", " last");

    private static final String OPENAI =
            "{\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"created\":5,\"model\":\"m\","
                    + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"%s},\"finish_reason\":null}],\"usage\":null%s}";
    private static final String FINISH =
            "{\"id\":\"c-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
    private static final String ANTHROPIC =
            "{\"type\":\"content_block_delta\",\"index\":0," + "\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}";

    static Stream<Arguments> streams() {
        Dialect openAi = new OpenAiDialect(() -> "s");
        String usage = ",\"stream_options\":{\"include_usage\":true}";
        return Stream.of(
                Arguments.of(openAi, "", "openai", "content", OPENAI, "", "", ""),
                Arguments.of(openAi, usage, "openai", "content", OPENAI, "", "", ""),
                Arguments.of(
                        openAi,
                        "",
                        "openai",
                        "content",
                        OPENAI,
                        "",
                        ",\"obfuscation\":\"x\"",
                        ",\"obfuscation\":\"yz\""),
                Arguments.of(
                        openAi,
                        "",
                        "openai",
                        "content",
                        OPENAI,
                        ",\"reasoning_content\":\"r\"",
                        ",\"other\":[1.50]",
                        ",\"other\":[1.50]"),
                Arguments.of(new AnthropicDialect(() -> "s"), "", "anthropic", "text", ANTHROPIC, "", "", ""));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void a_repeated_event_goes_out_as_if_it_had_been_read(
            Dialect dialect,
            String asked,
            String format,
            String field,
            String json,
            String inDelta,
            String firstRest,
            String rest) {
        String first = json.formatted("One", inDelta, firstRest);
        TextPattern pattern = Objects.requireNonNull(TextPattern.of(first, field, "One"));
        StreamEvent plain = came(format, first, new ChatChunk.Text("One"));
        StreamEvent model = new StreamEvent(plain.chunks(), plain.raw(), format, pattern, null);
        List<StreamEvent> read = new ArrayList<>(List.of(model));
        List<StreamEvent> repeated = new ArrayList<>(List.of(model));
        for (String text : TEXTS) {
            String next = json.formatted(text, inDelta, rest);
            byte[] bytes = next.getBytes(StandardCharsets.UTF_8);
            ChatChunk.Text chunk = new ChatChunk.Text(text);
            read.add(came(format, next, chunk));
            List<String> texts = Objects.requireNonNull(pattern.texts(bytes, 0, bytes.length));
            repeated.add(new StreamEvent(List.of(chunk), null, format, pattern, texts));
        }
        if (format.equals("openai")) {
            // What follows the finish has nothing more to say, in either way.
            StreamEvent finish = came(format, FINISH, new ChatChunk.Finish(FinishReason.STOP, "stop"));
            StreamEvent late = repeated.get(1);
            read.addAll(List.of(finish, read.get(1)));
            repeated.addAll(List.of(finish, late));
        }
        byte[] expected = stream(dialect, asked, read);
        assertThat(new String(stream(dialect, asked, repeated), StandardCharsets.UTF_8))
                .isEqualTo(new String(expected, StandardCharsets.UTF_8))
                .contains("\\u2028", "\\u0085", " 네 🙂");
        // And where the writer has not seen the event that is repeated.
        assertThat(new String(stream(dialect, asked, repeated.subList(1, repeated.size())), StandardCharsets.UTF_8))
                .isEqualTo(new String(stream(dialect, asked, read.subList(1, read.size())), StandardCharsets.UTF_8));
    }

    private static byte[] stream(Dialect dialect, String asked, List<StreamEvent> events) {
        return whole(
                writer(dialect, asked),
                answer(dialect, FinishReason.STOP, List.of()),
                events.toArray(new StreamEvent[0]));
    }
}
