package dev.caravan.wire;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One piece of a streamed answer. */
public sealed interface ChatChunk {

    /** A piece of the answer's text; never empty. */
    record Text(String text) implements ChatChunk {}

    /** A piece of the model's words of refusal; never empty. */
    record Refusal(String text) implements ChatChunk {}

    /**
     * A tool call begins; its arguments follow, unless they are empty.
     *
     * @param index of the call in its answer, from 0, without gaps
     * @param id as in {@link ToolCall}
     * @param thoughtSignature as in {@link ToolCall}
     */
    record ToolCallStart(
            int index, String id, String name, @Nullable String thoughtSignature) implements ChatChunk {}

    /** A piece of the text of a call's arguments; never empty. */
    record ToolCallArguments(int index, String fragment) implements ChatChunk {}

    /**
     * A piece of the model's private reasoning; only the Anthropic dialect shows it.
     *
     * @param block which block of reasoning, from 0
     * @param delta in Anthropic's words: {@code {"type":"thinking_delta","thinking":...}} or {@code {"type":"signature_delta",
     *     "signature":...}}, or a whole {@code redacted_thinking} block
     */
    record Reasoning(int block, JsonNode delta) implements ChatChunk {}

    /** The model has stopped; exactly one in a whole stream, after the last piece of content. */
    record Finish(FinishReason reason, @Nullable String nativeReason) implements ChatChunk {}
}
