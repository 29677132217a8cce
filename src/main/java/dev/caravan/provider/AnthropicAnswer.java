package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's answer in our vocabulary.
 *
 * <p>Source: @anthropic-ai/sdk 1.12.0, Message, StopReason and Usage, read 2026-11-20.
 */
final class AnthropicAnswer {

    private AnthropicAnswer() {}

    static ChatResponse read(byte[] body) {
        ObjectNode message = UpstreamJson.object(body);
        if (message.path("type").asText().equals("error")
                || !message.path("content").isArray()) {
            throw UpstreamJson.fault("the answer is not a message");
        }
        StringBuilder text = new StringBuilder();
        List<ToolCall> calls = new ArrayList<>();
        ArrayNode thinking = JsonNodeFactory.instance.arrayNode();
        for (JsonNode block : message.path("content")) {
            switch (block.path("type").asText()) {
                case "text" -> text.append(block.path("text").asText());
                case "tool_use" -> calls.add(call(block));
                case "thinking", "redacted_thinking" -> thinking.add(block);
                default -> {
                    // A kind that is newer than this program: its tokens are counted all the same.
                }
            }
        }
        String reason = UpstreamJson.text(message.path("stop_reason"));
        String id = UpstreamJson.text(message.path("id"));
        return new ChatResponse(
                id == null ? "msg_" + random() : id,
                text.toString(),
                null,
                calls,
                finishReason(reason, !calls.isEmpty()),
                reason,
                usage(message.path("usage")),
                thinking.isEmpty() ? null : thinking,
                null,
                message);
    }

    private static ToolCall call(JsonNode block) {
        String name = UpstreamJson.text(block.path("name"));
        if (name == null) {
            throw UpstreamJson.fault("a tool call has no name");
        }
        String id = UpstreamJson.text(block.path("id"));
        JsonNode input = block.path("input");
        return new ToolCall(
                id == null ? newCallId() : id, name, input.isObject() ? input.toString() : "{}", null, null);
    }

    /** Our word for Anthropic's; an unknown one is a stop, because the list grows. */
    static FinishReason finishReason(@Nullable String reason, boolean calls) {
        if (reason == null) {
            return calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
        }
        return switch (reason) {
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.STOP;
        };
    }

    /** In OpenAI's convention: Anthropic's input count leaves out what was read from the cache and written to it. */
    static ReportedUsage usage(JsonNode usage) {
        Long fresh = UpstreamJson.count(usage.path("input_tokens"));
        Long read = UpstreamJson.count(usage.path("cache_read_input_tokens"));
        Long written = UpstreamJson.count(usage.path("cache_creation_input_tokens"));
        JsonNode split = usage.path("cache_creation");
        Long hour = UpstreamJson.count(split.path("ephemeral_1h_input_tokens"));
        Long minutes = UpstreamJson.count(split.path("ephemeral_5m_input_tokens"));
        if (written == null && (hour != null || minutes != null)) {
            written = orZero(hour) + orZero(minutes);
        }
        return new ReportedUsage(
                fresh == null ? null : Long.valueOf(fresh + orZero(read) + orZero(written)),
                UpstreamJson.count(usage.path("output_tokens")),
                read,
                written,
                hour,
                UpstreamJson.count(usage.path("output_tokens_details").path("thinking_tokens")));
    }

    static String newCallId() {
        return "toolu_" + random();
    }

    private static long orZero(@Nullable Long count) {
        return count == null ? 0 : count;
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
