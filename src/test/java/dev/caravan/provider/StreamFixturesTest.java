package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.StreamEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Streams as providers send them, in {@code fixtures/<provider>/<case>/upstream-response.sse}, and what each means in {@code
 * chunks.json}: the chunks in order, the {@code code} of the failure where it fails, and the answer as far as it came.
 */
class StreamFixturesTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
    private static final ChatRequest ASKED = ChatRequests.read(
            "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

    @Test
    void each_provider_has_a_stream_of_each_kind() throws IOException {
        for (String provider : List.of("openai", "anthropic", "google")) {
            assertThat(cases().stream().filter(folder -> folder.getParent().endsWith(provider)))
                    .extracting(folder -> folder.getFileName().toString())
                    .contains(
                            "stream-text",
                            "stream-tools",
                            "stream-reasoning",
                            "stream-cached-usage",
                            "stream-error",
                            "stream-cut-off");
        }
    }

    @TestFactory
    Stream<DynamicTest> a_stream_brings_its_chunks_however_it_is_cut() throws IOException {
        return cases().stream().map(folder -> DynamicTest.dynamicTest(name(folder), () -> check(folder)));
    }

    private static void check(Path folder) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("upstream-response.sse"));
        JsonNode expected = ChatRequests.json(Files.readString(folder.resolve("chunks.json")));

        assertThat((Object) read(folder, expected, bytes, bytes.length)).isEqualTo(expected);
        assertThat((Object) read(folder, expected, bytes, 1)).isEqualTo(expected);
        for (int split = 1; split < bytes.length; split++) {
            assertThat((Object) read(folder, expected, bytes, split, bytes.length))
                    .as("split at %d", split)
                    .isEqualTo(expected);
        }
    }

    /** @param sizes of the packets; the last one is that of all that follow */
    private static ObjectNode read(Path folder, JsonNode expected, byte[] bytes, int... sizes) {
        String provider = folder.getParent().getFileName().toString();
        StreamReader reader = Translators.of(provider).stream(ASKED, ChatRequests.GPT_4O);
        SseParser parser = new SseParser();
        ObjectNode seen = ChatRequests.JSON.createObjectNode();
        ArrayNode chunks = seen.putArray("chunks");
        try {
            int from = 0;
            for (int packet = 0; from < bytes.length; packet++) {
                int size = Math.min(sizes[Math.min(packet, sizes.length - 1)], bytes.length - from);
                parser.feed(bytes, from, size, event -> add(reader.read(event), chunks));
                from += size;
            }
            parser.end(event -> add(reader.read(event), chunks));
            add(reader.end(), chunks);
            assertThat(reader.isComplete()).isTrue();
        } catch (GatewayException failure) {
            assertThat(reader.isComplete()).isFalse();
            seen.put("failure", failure.code().wireName());
        }
        seen.set("answer", GoldenFixturesTest.json(reader.soFar(), expected.path("answer")));
        return (ObjectNode) ChatRequests.json(seen.toString());
    }

    private static void add(StreamEvent event, ArrayNode chunks) {
        event.chunks().forEach(chunk -> write(chunk, chunks.addObject()));
    }

    private static void write(ChatChunk chunk, ObjectNode json) {
        if (chunk instanceof ChatChunk.Text text) {
            json.put("text", text.text());
        } else if (chunk instanceof ChatChunk.Refusal refusal) {
            json.put("refusal", refusal.text());
        } else if (chunk instanceof ChatChunk.ToolCallStart start) {
            json.put("call", start.index()).put("id", start.id()).put("name", start.name());
            if (start.thoughtSignature() != null) {
                json.put("signature", start.thoughtSignature());
            }
        } else if (chunk instanceof ChatChunk.ToolCallArguments more) {
            json.put("arguments", more.index()).put("fragment", more.fragment());
        } else if (chunk instanceof ChatChunk.Reasoning thought) {
            json.put("reasoning", thought.block()).set("delta", thought.delta());
        } else if (chunk instanceof ChatChunk.Finish finish) {
            json.put("finish", finish.reason().wireName()).put("native", finish.nativeReason());
        }
    }

    private static String name(Path folder) {
        return FIXTURES.relativize(folder).toString();
    }

    private static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.walk(FIXTURES, 3)) {
            return files.filter(file -> file.endsWith("upstream-response.sse"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
        }
    }
}
