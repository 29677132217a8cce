package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts the pieces of a stream together. For one stream, one thread. */
final class AnswerSoFar {

    private record Call(String id, String name, @Nullable String thoughtSignature, StringBuilder arguments) {}

    private final StringBuilder content = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final List<Call> calls = new ArrayList<>();
    private final ObjectNode usage = JsonNodeFactory.instance.objectNode();
    private @Nullable String id;
    private ChatChunk.@Nullable Finish finish;

    void id(@Nullable String given) {
        if (id == null) {
            id = given;
        }
    }

    /** Takes a piece, and hands it back. */
    <C extends ChatChunk> C add(C chunk) {
        if (chunk instanceof ChatChunk.Text text) {
            content.append(text.text());
        } else if (chunk instanceof ChatChunk.Refusal words) {
            refusal.append(words.text());
        } else if (chunk instanceof ChatChunk.ToolCallStart start) {
            calls.add(new Call(start.id(), start.name(), start.thoughtSignature(), new StringBuilder()));
        } else if (chunk instanceof ChatChunk.ToolCallArguments more) {
            calls.get(more.index()).arguments().append(more.fragment());
        } else if (chunk instanceof ChatChunk.Finish stopped) {
            finish = stopped;
        }
        return chunk;
    }

    /** A report of counters: of each field the last value counts, because providers repeat running totals. */
    void usage(JsonNode report) {
        merge(usage, report);
    }

    /** Field by field, inner objects too: a later report may repeat only a part of an earlier one's split. */
    private static void merge(ObjectNode known, JsonNode report) {
        report.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isObject() && known.get(field.getKey()) instanceof ObjectNode inner) {
                merge(inner, value);
            } else if (!value.isNull()) {
                // A copy, because the event's own tree goes on to the caller.
                known.set(field.getKey(), value.deepCopy());
            }
        });
    }

    int callCount() {
        return calls.size();
    }

    /** Whether a call has said nothing of its arguments yet. */
    boolean isBare(int call) {
        return calls.get(call).arguments().isEmpty();
    }

    boolean isFinished() {
        return finish != null;
    }

    /** @param counts reads the provider's usage object */
    ChatResponse whole(Function<JsonNode, ReportedUsage> counts) {
        List<ToolCall> whole = new ArrayList<>();
        for (Call call : calls) {
            whole.add(new ToolCall(call.id(), call.name(), call.arguments().toString(), call.thoughtSignature(), null));
        }
        String known = id;
        if (known == null) {
            // Kept, so that every look at one answer shows one id.
            known = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
            id = known;
        }
        ChatChunk.Finish stopped = finish;
        return new ChatResponse(
                known,
                content.toString(),
                refusal.isEmpty() ? null : refusal.toString(),
                whole,
                stopped == null ? FinishReason.STOP : stopped.reason(),
                stopped == null ? null : stopped.nativeReason(),
                counts.apply(usage),
                null,
                null,
                null);
    }
}
