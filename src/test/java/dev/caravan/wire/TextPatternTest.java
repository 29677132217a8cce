package dev.caravan.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextPatternTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHUNK = "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},"
            + "\"finish_reason\":null}],\"usage\":null%s}";

    private static String chunk(String text) {
        return CHUNK.formatted(text, "");
    }

    private static String padded(String text, String padding) {
        return CHUNK.formatted(text, ",\"obfuscation\":\"" + padding + "\"");
    }

    private static TextPattern pattern(String json, String text) {
        return Objects.requireNonNull(TextPattern.of(json, "content", text));
    }

    /** Of an event in the midst of others. */
    private static List<String> texts(TextPattern pattern, String json) {
        byte[] event = json.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
        return pattern.texts(bytes, 6, 6 + event.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "", "a longer one", "한국어 🙂", "<&'/>", "\u2028\u0085", "}]}"})
    void an_event_with_another_text_fits(String text) {
        TextPattern pattern = pattern(chunk("a"), "a");
        assertThat(texts(pattern, chunk(text))).containsExactly(text);
        assertThat(new String(pattern.with(List.of(text)), StandardCharsets.UTF_8))
                .isEqualTo(chunk(text));
    }

    @Test
    void the_padding_that_hides_an_events_length_may_differ_too() {
        TextPattern pattern = pattern(padded("a", "xyz"), "a");
        assertThat(pattern.gaps()).isEqualTo(2);
        assertThat(texts(pattern, padded("b", "1"))).containsExactly("b", "1");
        assertThat(new String(pattern.with(List.of("b", "1")), StandardCharsets.UTF_8))
                .isEqualTo(padded("b", "1"));
        assertThat(texts(pattern, chunk("b")))
                .as("none at all is another event")
                .isNull();
    }

    @Test
    void blanks_after_a_colon_are_part_of_the_pattern() {
        String spaced = "{\"delta\": {\"content\": \"a\"}}";
        assertThat(texts(pattern(spaced, "a"), "{\"delta\": {\"content\": \"b\"}}"))
                .containsExactly("b");
        assertThat(texts(pattern(spaced, "a"), "{\"delta\": {\"content\":\"b\"}}"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"d\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":null}],\"usage\":null}",
                "{\"id\":\"c\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"},\"finish_reason\":null}],\"usage\":null}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}],\"usage\":null}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\",\"refusal\":\"x\"},\"finish_reason\":null}],\"usage\":null}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":null},\"finish_reason\":null}],\"usage\":null}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":null}],\"usage\":null} ",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\\n\"},\"finish_reason\":null}],\"usage\":null}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\t\"},\"finish_reason\":null}],\"usage\":null}",
                "",
                "[DONE]"
            })
    void any_other_event_does_not_fit(String json) {
        assertThat(texts(pattern(chunk("a"), "a"), json)).isNull();
    }

    @Test
    void no_pattern_is_made_where_it_could_mistake_one_text_for_another() {
        assertThat(TextPattern.of(chunk("a"), "content", "b")).isNull();
        assertThat(TextPattern.of(chunk("a\\n"), "content", "a\n")).isNull();
        assertThat(TextPattern.of("{\"delta\":{\"content\":null}}", "content", "a"))
                .isNull();
        assertThat(TextPattern.of("{\"x\":{\"content\":\"a\"},\"delta\":{\"content\":\"a\"}}", "content", "a"))
                .as("two fields of the name")
                .isNull();
        assertThat(TextPattern.of("{}", "content", "a")).isNull();
    }

    @Test
    void whatever_fits_reads_as_the_earlier_event_with_the_texts_in_it() throws Exception {
        Random random = new Random(1);
        TextPattern pattern = pattern(padded("a", "p"), "a");
        String alphabet = "ab \"\\\n\u0001{}[]:,é한\u2028\ud83d\ude42";
        int fitting = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(6); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            StringBuilder json = new StringBuilder(padded(text.toString(), "q"));
            if (random.nextInt(3) == 0) {
                json.setCharAt(random.nextInt(json.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            // Half a character is a question mark in UTF-8.
            String event = new String(json.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            List<String> texts = texts(pattern, event);
            if (texts != null) {
                fitting++;
                ObjectNode expected = (ObjectNode) JSON.readTree(padded("", texts.get(1)));
                ((ObjectNode) expected.at("/choices/0/delta")).put("content", texts.get(0));
                JsonNode read = JSON.readTree(event);
                assertThat(read).isEqualTo(expected);
                assertThat(new String(pattern.with(texts), StandardCharsets.UTF_8))
                        .isEqualTo(event);
            }
        }
        assertThat(fitting).isGreaterThan(2000);
    }
}
