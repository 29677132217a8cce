package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.wire.ChatChunk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of a stream in OpenAI's format, whose pieces name their call by its index. Others who speak the format leave
 * the index out, or give each call of an answer the same one; a new id then begins a new call. For one stream, one thread.
 */
final class OpenAiCallPieces {

    /** Of the deprecated {@code function_call}, which has no index; no provider counts from below zero. */
    private static final int SINGLE = -1;

    /** @param id as the provider gave it; null where it gave none */
    private record Begun(int index, @Nullable String id) {}

    private final AnswerSoFar answer;
    /** The newest call of each of the provider's indexes. */
    private final Map<Integer, Begun> begun = new HashMap<>();

    private int newest;

    OpenAiCallPieces(AnswerSoFar answer) {
        this.answer = answer;
    }

    void read(JsonNode delta, List<ChatChunk> chunks) {
        JsonNode calls = delta.path("tool_calls");
        if (!calls.isArray() && !calls.isNull() && !calls.isMissingNode()) {
            throw UpstreamJson.fault("tool_calls is no list");
        }
        for (JsonNode call : calls) {
            boolean custom = call.path("custom").isObject();
            JsonNode called = custom ? call.path("custom") : call.path("function");
            piece(key(call, called), call, called, custom ? "input" : "arguments", chunks);
        }
        JsonNode single = delta.path("function_call");
        if (single.isObject()) {
            piece(SINGLE, single, single, "arguments", chunks);
        }
    }

    /** Without an index a piece with a name begins a call, and one without goes on with the newest. */
    private int key(JsonNode call, JsonNode called) {
        JsonNode index = call.path("index");
        if (index.isInt() && index.intValue() >= 0) {
            newest = index.intValue();
        } else if (UpstreamJson.text(called.path("name")) != null) {
            newest = answer.callCount();
        }
        return newest;
    }

    private void piece(int key, JsonNode call, JsonNode called, String field, List<ChatChunk> chunks) {
        String id = UpstreamJson.text(call.path("id"));
        String name = UpstreamJson.text(called.path("name"));
        Begun known = begun.get(key);
        if (known == null || (name != null && id != null && !id.equals(known.id()))) {
            if (name == null) {
                throw UpstreamJson.fault("a tool call begins without a name");
            }
            known = new Begun(answer.callCount(), id);
            begun.put(key, known);
            String signature =
                    UpstreamJson.text(call.path("extra_content").path("google").path("thought_signature"));
            String given = id == null ? "call_" + UUID.randomUUID().toString().replace("-", "") : id;
            chunks.add(answer.add(new ChatChunk.ToolCallStart(known.index(), given, name, signature)));
        }
        String fragment = OpenAiAnswer.optionalText(called, field);
        if (fragment != null && !fragment.isEmpty()) {
            chunks.add(answer.add(new ChatChunk.ToolCallArguments(known.index(), fragment)));
        }
    }
}
