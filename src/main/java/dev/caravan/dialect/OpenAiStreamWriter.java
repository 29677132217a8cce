package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's {@code chat.completion.chunk}s. What came in this format goes on as it is but for the model's name, the private
 * reasoning and the usage, which only the last chunk has and only for a caller who asked. The last chunk is held back until
 * the cost is known. Source: openai 6.49.0, ChatCompletionChunk, read 2026-11-20.
 */
final class OpenAiStreamWriter implements StreamWriter {

    private static final String FORMAT = "openai";

    private final EventText out = new EventText();
    private final SplitPairs pairs = new SplitPairs();
    private final boolean usageAsked;
    private final ChunkIdentity identity;
    private final SentText sent = new SentText("content");
    private final Set<Integer> finished = new HashSet<>();
    private boolean begun;
    private boolean cameInFormat;

    /** The newest chunk with a finish reason: the last one, unless the caller asked for usage. */
    private @Nullable ObjectNode finish;

    /** The provider's chunk with the usage. */
    private @Nullable ObjectNode usage;

    OpenAiStreamWriter(ChatRequest request, ChunkIdentity identity) {
        this.usageAsked =
                request.body().path("stream_options").path("include_usage").asBoolean(false);
        this.identity = identity;
    }

    @Override
    public byte[] begin() {
        return out.take();
    }

    @Override
    public byte[] event(StreamEvent event) {
        byte[] again = finished.isEmpty() ? sent.again(event) : null;
        if (again != null) {
            return again;
        }
        ObjectNode raw = event.format().equals(FORMAT) ? SentText.json(event) : null;
        if (raw != null) {
            pass(new CameChunk(raw), event);
        } else {
            for (ChatChunk chunk : event.chunks()) {
                write(chunk);
            }
        }
        return out.take();
    }

    private void pass(CameChunk came, StreamEvent event) {
        if (!begun) {
            identity.adopt(came.json());
        }
        if (came.hasUsage()) {
            usage = came.json();
        }
        // What follows a choice's finish has nothing more to say.
        if (came.choices().isEmpty() || finished.containsAll(came.choices())) {
            return;
        }
        ObjectNode chunk = came.withoutReasoning();
        if (chunk == null) {
            return;
        }
        begun = true;
        cameInFormat = true;
        identity.putInto(chunk);
        releaseFinish();
        if (came.finished().isEmpty()) {
            send(chunk);
            sent.went(event, out);
        } else {
            finished.addAll(came.finished());
            finish = chunk;
        }
    }

    private void write(ChatChunk chunk) {
        if (chunk instanceof ChatChunk.Text text) {
            begin("\"\"");
            delta("content", pairs.join(SplitPairs.TEXT, text.text()));
        } else if (chunk instanceof ChatChunk.Refusal refusal) {
            begin("null");
            delta("refusal", pairs.join(SplitPairs.REFUSAL, refusal.text()));
        } else if (chunk instanceof ChatChunk.ToolCallStart call) {
            begin("null");
            open();
            ToolFragments.start(out, call);
            close();
        } else if (chunk instanceof ChatChunk.ToolCallArguments arguments) {
            String piece = pairs.join(arguments.index(), arguments.fragment());
            if (!piece.isEmpty()) {
                open();
                ToolFragments.arguments(out, arguments.index(), piece);
                close();
            }
        } else if (chunk instanceof ChatChunk.Finish last) {
            hold(last.reason(), last.nativeReason());
        }
    }

    /** The first delta carries the role. */
    private void begin(String content) {
        if (!begun) {
            begun = true;
            open();
            out.json("{\"role\":\"assistant\",\"content\":").json(content).json(",\"refusal\":null");
            close();
        }
    }

    private void delta(String field, String piece) {
        if (!piece.isEmpty()) {
            open();
            out.json("{\"").json(field).json("\":").quoted(piece);
            close();
        }
    }

    private void open() {
        out.data().made(identity.head()).json("\"choices\":[{\"index\":0,\"delta\":");
    }

    private void close() {
        out.json("},\"logprobs\":null,\"finish_reason\":null}]")
                .json(usageAsked ? ",\"usage\":null}" : "}")
                .close();
    }

    private void hold(FinishReason reason, @Nullable String nativeReason) {
        begin("\"\"");
        releaseFinish();
        ObjectNode chunk = identity.chunk();
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta");
        choice.putNull("logprobs");
        choice.put("finish_reason", reason.wireName());
        if (nativeReason != null) {
            choice.put("native_finish_reason", nativeReason);
        }
        finished.add(0);
        finish = chunk;
    }

    private void releaseFinish() {
        if (finish != null) {
            send(finish);
            finish = null;
        }
    }

    /** Every chunk but the last: its usage is null where the caller asked for usage, else missing. */
    private void send(ObjectNode chunk) {
        chunk.remove("usage");
        if (usageAsked) {
            chunk.putNull("usage");
        }
        event(chunk);
    }

    private void event(ObjectNode chunk) {
        out.data();
        (cameInFormat ? out.came(chunk) : out.made(chunk)).close();
    }

    @Override
    public byte[] end(Answer answer) {
        if (finished.isEmpty()) {
            hold(answer.response().finishReason(), answer.response().nativeFinishReason());
        }
        if (usageAsked) {
            releaseFinish();
        }
        ObjectNode last = finish == null ? identity.last(usage) : finish;
        last.remove("usage");
        if (usageAsked) {
            ObjectNode counts = usage != null && usage.get("usage") instanceof ObjectNode came
                    ? came.deepCopy()
                    : JsonText.object();
            AnswerParts.putUsage(counts, answer.usage());
            last.set("usage", counts);
        }
        last.set("cost", AnswerParts.cost(answer.charge()));
        AnswerParts.putAdjustments(last, answer.adjustments());
        event(last);
        out.data().json("[DONE]").close();
        return out.take();
    }

    @Override
    public byte[] error(GatewayException failure, @Nullable String requestId) {
        out.blank()
                .data()
                .made(new String(AnswerParts.error(failure, requestId), StandardCharsets.UTF_8))
                .close();
        return out.take();
    }
}
