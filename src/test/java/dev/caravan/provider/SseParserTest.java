package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.error.ProviderFault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {

    private static List<SseEvent> parse(byte[] bytes, int... cuts) {
        List<SseEvent> events = new ArrayList<>();
        SseParser parser = new SseParser();
        int from = 0;
        for (int cut : cuts) {
            parser.feed(bytes, from, cut - from, events::add);
            from = cut;
        }
        parser.feed(bytes, from, bytes.length - from, events::add);
        parser.end(events::add);
        return events;
    }

    private static List<SseEvent> parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void knows_every_line_end_wherever_the_packets_are_cut(String end) {
        String stream = String.join(
                end,
                "\uFEFF: a comment",
                "event: first",
                "data: {\"a\":",
                "data:\"ü😀\"}",
                "",
                "id: 7",
                "retry: 10",
                "data",
                "",
                "",
                "unknown: x",
                "data:  two spaces",
                "",
                "event: nothing",
                "",
                "data: last",
                "",
                "");
        List<SseEvent> expected = List.of(
                new SseEvent("first", "{\"a\":\n\"ü😀\"}"),
                new SseEvent("message", ""),
                new SseEvent("message", " two spaces"),
                new SseEvent("message", "last"));
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        assertThat(parse(bytes)).isEqualTo(expected);
        for (int cut = 1; cut < bytes.length; cut++) {
            assertThat(parse(bytes, cut)).as("cut at %d", cut).isEqualTo(expected);
        }
        int[] everywhere = new int[bytes.length - 1];
        for (int i = 0; i < everywhere.length; i++) {
            everywhere[i] = i + 1;
        }
        assertThat(parse(bytes, everywhere)).isEqualTo(expected);
    }

    @Test
    void takes_a_last_event_that_no_blank_line_closes() {
        assertThat(parse("data: a\n\ndata: b"))
                .containsExactly(new SseEvent("message", "a"), new SseEvent("message", "b"));
        assertThat(parse("data: a\n\nevent: x")).containsExactly(new SseEvent("message", "a"));
    }

    @Test
    void refuses_an_event_without_end() {
        byte[] line = ("data: " + "x".repeat(1_000_000) + "\n").getBytes(StandardCharsets.UTF_8);
        SseParser parser = new SseParser();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20; i++) {
                        parser.feed(
                                line, 0, line.length, event -> assertThat(event).isNull());
                    }
                })
                .isInstanceOf(ProviderFault.class);
    }

    @Test
    void an_event_is_counted_anew_after_each_blank_line() {
        byte[] event = ("data: " + "x".repeat(1_000_000) + "\n\n").getBytes(StandardCharsets.UTF_8);
        List<SseEvent> events = new ArrayList<>();
        SseParser parser = new SseParser();
        for (int i = 0; i < 20; i++) {
            parser.feed(event, 0, event.length, events::add);
        }
        assertThat(events).hasSize(20);
    }
}
