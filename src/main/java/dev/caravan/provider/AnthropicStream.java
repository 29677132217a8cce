package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.StreamEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Anthropic's stream: a message that starts, blocks that start, grow and stop, a delta with the stop reason and the usage.
 *
 * <p>Source: @anthropic-ai/sdk 1.12.0, RawMessageStreamEvent, read 2026-11-20.
 */
final class AnthropicStream implements StreamReader {

    private static final String FORMAT = "anthropic";

    private final AnswerSoFar answer = new AnswerSoFar();
    /** Our index of a call or of a block of reasoning, by the index of the block. */
    private final Map<Integer, Integer> calls = new HashMap<>();

    private final Map<Integer, Integer> thoughts = new HashMap<>();
    private final Function<ObjectNode, GatewayException> error;
    private final RepeatedText repeats = new RepeatedText("text", FORMAT, answer);
    private boolean stopped;

    /** @param error what an error event means */
    AnthropicStream(Function<ObjectNode, GatewayException> error) {
        this.error = error;
    }

    @Override
    public StreamEvent read(SseEvent event) {
        StreamEvent repeat = repeats.find(event);
        if (repeat != null) {
            return repeat;
        }
        ObjectNode json = UpstreamJson.object(event.data());
        List<ChatChunk> chunks = new ArrayList<>();
        String type = json.path("type").asText();
        switch (type) {
            case "message_start" -> {
                answer.id(UpstreamJson.text(json.path("message").path("id")));
                answer.usage(json.path("message").path("usage"));
            }
            case "content_block_start" -> start(json.path("index").asInt(), json.path("content_block"), chunks);
            case "content_block_stop" -> stop(json.path("index").asInt(), chunks);
            case "content_block_delta" -> delta(json.path("index").asInt(), json.path("delta"), chunks);
            case "message_delta" -> {
                answer.usage(json.path("usage"));
                String reason = UpstreamJson.text(json.path("delta").path("stop_reason"));
                if (reason != null && !answer.isFinished()) {
                    chunks.add(answer.add(new ChatChunk.Finish(
                            AnthropicAnswer.finishReason(reason, answer.callCount() > 0), reason)));
                }
            }
            case "message_stop" -> stopped = true;
            case "error" -> throw error.apply(json);
            default -> {
                // ping, and kinds that are newer than this program.
            }
        }
        StreamEvent read = new StreamEvent(chunks, json, FORMAT);
        return type.equals("content_block_delta") ? repeats.remember(event, read) : read;
    }

    private void start(int block, JsonNode content, List<ChatChunk> chunks) {
        switch (content.path("type").asText()) {
            case "text" -> text(content.path("text"), chunks);
            case "tool_use" -> {
                String name = UpstreamJson.text(content.path("name"));
                String id = UpstreamJson.text(content.path("id"));
                if (name == null) {
                    throw UpstreamJson.fault("a tool call has no name");
                }
                calls.put(block, answer.callCount());
                chunks.add(answer.add(new ChatChunk.ToolCallStart(
                        answer.callCount(), id == null ? AnthropicAnswer.newCallId() : id, name, null)));
                JsonNode input = content.path("input");
                if (input.isObject() && !input.isEmpty()) {
                    chunks.add(answer.add(new ChatChunk.ToolCallArguments(calls.get(block), input.toString())));
                }
            }
            case "redacted_thinking" -> chunks.add(new ChatChunk.Reasoning(thought(block), content));
            case "thinking" -> {
                // Empty at Anthropic, whole at some who speak its format.
                thought(block, "thinking_delta", "thinking", content, chunks);
                thought(block, "signature_delta", "signature", content, chunks);
            }
            default -> {
                // Kinds that say nothing to our callers.
            }
        }
    }

    private void thought(int block, String type, String field, JsonNode content, List<ChatChunk> chunks) {
        String words = UpstreamJson.text(content.path(field));
        if (words != null) {
            ObjectNode delta = JsonNodeFactory.instance.objectNode();
            chunks.add(new ChatChunk.Reasoning(
                    thought(block), delta.put("type", type).put(field, words)));
        }
    }

    /** A call without arguments has no pieces, but callers of other formats read its arguments as JSON. */
    private void stop(int block, List<ChatChunk> chunks) {
        Integer call = calls.get(block);
        if (call != null && answer.isBare(call)) {
            chunks.add(answer.add(new ChatChunk.ToolCallArguments(call, "{}")));
        }
    }

    private void delta(int block, JsonNode delta, List<ChatChunk> chunks) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> text(delta.path("text"), chunks);
            case "input_json_delta" -> {
                String fragment = UpstreamJson.text(delta.path("partial_json"));
                Integer call = calls.get(block);
                if (fragment != null && call != null) {
                    chunks.add(answer.add(new ChatChunk.ToolCallArguments(call, fragment)));
                }
            }
            case "thinking_delta", "signature_delta" -> chunks.add(new ChatChunk.Reasoning(thought(block), delta));
            default -> {
                // citations, and kinds that are newer than this program.
            }
        }
    }

    private void text(JsonNode node, List<ChatChunk> chunks) {
        String text = UpstreamJson.text(node);
        if (text != null) {
            chunks.add(answer.add(new ChatChunk.Text(text)));
        }
    }

    private int thought(int block) {
        return thoughts.computeIfAbsent(block, added -> thoughts.size());
    }

    @Override
    public boolean isComplete() {
        return stopped;
    }

    @Override
    public StreamEvent end() {
        if (!answer.isFinished()) {
            throw UpstreamJson.fault("the stream broke off before its stop reason");
        }
        stopped = true;
        return new StreamEvent(List.of(), null, FORMAT);
    }

    @Override
    public ChatResponse soFar() {
        return answer.whole(AnthropicAnswer::usage);
    }
}
