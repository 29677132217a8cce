package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import dev.caravan.wire.Adjustment;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.StreamEvent;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.ToolCall;
import dev.caravan.wire.UsageSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** One stream through a dialect, and the parts that the streams of the tests are made of. */
final class StreamSamples {

    static final Catalog CATALOG = new CatalogFile(Set.of("openai", "anthropic", "google", "demo"))
            .read(Path.of("data", "models_config.json"));
    static final Instant AT = Instant.parse("2025-10-09T12:34:56.789Z");
    static final TokenUsage USAGE = new TokenUsage(150, 220, 30, 20, 0, 40, UsageSource.PROVIDER);
    static final Adjustment ADJUSTMENT =
            new Adjustment("temperature", IntNode.valueOf(2), IntNode.valueOf(1), "at most 1");
    static final ChatChunk STOP = new ChatChunk.Finish(FinishReason.STOP, "STOP");

    private StreamSamples() {}

    /** The request of each dialect, with more fields after the model and the message. */
    static ChatRequest request(Dialect dialect, String more) {
        String body = "{\"model\":\"gpt-4o\",\"max_tokens\":99,\"stream\":true,\"session_id\":\"s-1\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + more + "}";
        return dialect.parse(body.getBytes(StandardCharsets.UTF_8), IdHeaders.NONE);
    }

    static StreamWriter writer(Dialect dialect, String more) {
        return dialect.stream(request(dialect, more), model(), "answer-1", AT);
    }

    private static Model model() {
        return CATALOG.require("gpt-4o");
    }

    static StreamEvent made(ChatChunk... chunks) {
        return new StreamEvent(List.of(chunks), null, "google");
    }

    static StreamEvent came(String format, String json, ChatChunk... chunks) {
        return new StreamEvent(List.of(chunks), object(json), format);
    }

    static ObjectNode object(String json) {
        return (ObjectNode) Objects.requireNonNull(JsonText.readOrNull(json));
    }

    static Answer answer(Dialect dialect, FinishReason reason, List<ToolCall> calls, Adjustment... adjustments) {
        ChatResponse response =
                new ChatResponse("answer-1", "", null, calls, reason, null, ReportedUsage.UNKNOWN, null, null, null);
        return new Answer(
                request(dialect, ""), model(), response, USAGE, new Charge(1500, 6600), List.of(adjustments), AT);
    }

    static ProviderFault fault() {
        return new ProviderFault(ErrorCode.PROVIDER_OVERLOADED, 529, true, null, null);
    }

    static byte[] whole(StreamWriter writer, Answer answer, StreamEvent... events) {
        ByteArrayOutputStream out = begun(writer, events);
        out.writeBytes(writer.end(answer));
        return out.toByteArray();
    }

    static byte[] broken(StreamWriter writer, StreamEvent... events) {
        ByteArrayOutputStream out = begun(writer, events);
        out.writeBytes(writer.error(fault(), "req-1"));
        return out.toByteArray();
    }

    private static ByteArrayOutputStream begun(StreamWriter writer, StreamEvent... events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(writer.begin());
        for (StreamEvent event : events) {
            ObjectNode raw = event.raw();
            String before = raw == null ? "" : raw.toString();
            out.writeBytes(writer.event(event));
            assertThat(raw == null ? "" : raw.toString())
                    .as("the reader's own tree is left as it was")
                    .isEqualTo(before);
        }
        return out;
    }

    /** Compares with {@code streams/<name>.sse}, and holds each event to the standard and to JSON. */
    static void assertGolden(String name, byte[] stream) {
        for (SseParser.Event event : SseParser.events(stream)) {
            if (!event.data().equals("[DONE]")) {
                JsonNode json = JsonText.readOrNull(event.data());
                assertThat(json).as(event.data()).isInstanceOf(ObjectNode.class);
            }
        }
        try {
            Path file = Path.of("src", "test", "resources", "streams", name + ".sse");
            assertThat(SseParser.text(stream)).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
