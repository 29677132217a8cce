package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's stream events. What came in this format goes on as it is but for the model's name; its {@code message_delta} is
 * held back until the cost is known. Source: @anthropic-ai/sdk 1.12.0, RawMessageStreamEvent, read 2026-11-20.
 */
final class AnthropicStreamWriter implements StreamWriter {

    private static final String FORMAT = "anthropic";

    /** A name must not end the line it stands in. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final AnthropicDialect dialect;
    private final String id;
    private final String model;
    private final EventText out = new EventText();
    private final AnthropicBlocks blocks = new AnthropicBlocks(out);
    private final SentText sent = new SentText("text");
    private boolean begun;
    private ChatChunk.@Nullable Finish finish;

    /** The newest {@code message_delta}; its counts are cumulative. */
    private @Nullable ObjectNode delta;

    AnthropicStreamWriter(AnthropicDialect dialect, String id, String model) {
        this.dialect = dialect;
        this.id = id;
        this.model = model;
    }

    @Override
    public byte[] begin() {
        return out.take();
    }

    @Override
    public byte[] event(StreamEvent event) {
        byte[] again = sent.again(event);
        if (again != null) {
            return again;
        }
        ObjectNode raw = event.format().equals(FORMAT) ? SentText.json(event) : null;
        if (raw != null) {
            pass(raw, event);
        } else {
            for (ChatChunk chunk : event.chunks()) {
                write(chunk);
            }
        }
        return out.take();
    }

    private void pass(ObjectNode raw, StreamEvent event) {
        String name = raw.path("type").asText("");
        switch (name) {
            case "message_start" -> start(raw);
            case "message_delta" -> {
                if (delta != null) {
                    send("message_delta", delta);
                }
                delta = raw;
            }
            // Ours comes with the end of the whole answer.
            case "message_stop" -> {}
            default -> {
                if (NAME.matcher(name).matches()) {
                    blocks.passed(raw);
                    send(name, raw);
                    sent.went(event, out);
                }
            }
        }
    }

    private void start(ObjectNode raw) {
        begun = true;
        ObjectNode event = JsonText.object();
        event.setAll(raw);
        ObjectNode message = JsonText.object();
        if (raw.get("message") instanceof ObjectNode came) {
            message.setAll(came);
        }
        message.put("model", model);
        event.set("message", message);
        send("message_start", event);
    }

    private void send(String name, ObjectNode event) {
        out.named(name).came(event).close();
    }

    private void write(ChatChunk chunk) {
        start();
        if (chunk instanceof ChatChunk.Text text) {
            blocks.text(text.text());
        } else if (chunk instanceof ChatChunk.Refusal refusal) {
            blocks.refusal(refusal.text());
        } else if (chunk instanceof ChatChunk.ToolCallStart call) {
            blocks.call(call);
        } else if (chunk instanceof ChatChunk.ToolCallArguments arguments) {
            blocks.arguments(arguments);
        } else if (chunk instanceof ChatChunk.Reasoning reasoning) {
            blocks.reasoning(reasoning);
        } else if (chunk instanceof ChatChunk.Finish last) {
            finish = last;
        }
    }

    private void start() {
        if (begun) {
            return;
        }
        begun = true;
        ObjectNode event = JsonText.object().put("type", "message_start");
        ObjectNode message = event.putObject("message");
        message.put("id", id);
        message.put("type", "message");
        message.put("role", "assistant");
        message.put("model", model);
        message.putArray("content");
        message.putNull("stop_reason");
        message.putNull("stop_sequence");
        // Nothing is known yet: the counts come with message_delta, which is cumulative.
        message.putObject("usage")
                .put("input_tokens", 0)
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", 0)
                .put("output_tokens", 0);
        out.named("message_start").made(event).close();
    }

    @Override
    public byte[] end(Answer answer) {
        start();
        blocks.finish();
        ObjectNode last = JsonText.object();
        ObjectNode came = delta;
        if (came == null) {
            last.put("type", "message_delta");
            last.putObject("delta").put("stop_reason", stopReason(answer)).putNull("stop_sequence");
        } else {
            last.setAll(came);
        }
        if (!last.path("usage").isObject()) {
            last.set("usage", AnthropicMessage.usage(answer.usage()));
        }
        last.set("cost", AnswerParts.cost(answer.charge()));
        AnswerParts.putAdjustments(last, answer.adjustments());
        send("message_delta", last);
        out.named("message_stop").json("{\"type\":\"message_stop\"}").close();
        return out.take();
    }

    private String stopReason(Answer answer) {
        ChatChunk.Finish last = finish;
        FinishReason reason = last == null ? answer.response().finishReason() : last.reason();
        String word = last == null ? answer.response().nativeFinishReason() : last.nativeReason();
        return AnthropicMessage.stopReason(reason, word);
    }

    @Override
    public byte[] error(GatewayException failure, @Nullable String requestId) {
        String body = new String(dialect.error(failure, requestId), StandardCharsets.UTF_8);
        out.named("error").made(body).close();
        return out.take();
    }
}
