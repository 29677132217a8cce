package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.ToolCall;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's {@code message}. Source: @anthropic-ai/sdk 1.12.0, Message, read 2026-11-20. An answer that came in this format
 * stays as it is but for the model's name; ours are the fields {@code cost} and {@code adjustments}.
 */
final class AnthropicMessage {

    private static final Set<String> STOP_REASONS = Set.of(
            "end_turn",
            "max_tokens",
            "stop_sequence",
            "tool_use",
            "pause_turn",
            "refusal",
            "model_context_window_exceeded");

    private AnthropicMessage() {}

    static ObjectNode of(Answer answer) {
        ObjectNode came = answer.response().providerBody();
        ObjectNode body = came != null && isOne(came) ? came.deepCopy() : made(answer);
        body.put("model", answer.request().model());
        if (!body.path("usage").isObject()) {
            body.set("usage", usage(answer.usage()));
        }
        body.set("cost", AnswerParts.cost(answer.charge()));
        AnswerParts.putAdjustments(body, answer.adjustments());
        return body;
    }

    /** Whether the provider answered in this very format; told by the answer, not by the provider's name. */
    private static boolean isOne(ObjectNode body) {
        return body.path("type").asText().equals("message")
                && body.path("content").isArray();
    }

    private static ObjectNode made(Answer answer) {
        ChatResponse response = answer.response();
        ObjectNode body = JsonText.object();
        body.put("id", response.id());
        body.put("type", "message");
        body.put("role", "assistant");
        body.put("model", answer.request().model());
        ArrayNode content = body.putArray("content");
        String text = AnswerParts.content(response);
        if (!text.isEmpty()) {
            content.addObject().put("type", "text").put("text", text);
        }
        for (ToolCall call : response.toolCalls()) {
            ObjectNode block = content.addObject().put("type", "tool_use");
            block.put("id", call.id()).put("name", call.name());
            block.set("input", input(call.arguments()));
        }
        body.put("stop_reason", stopReason(response.finishReason(), response.nativeFinishReason()));
        body.putNull("stop_sequence");
        return body;
    }

    /** An object in any case, as the format has it; what a model wrote that is none is kept as text. */
    private static ObjectNode input(String arguments) {
        if (arguments.isBlank()) {
            return JsonText.object();
        }
        JsonNode read = JsonText.readOrNull(arguments);
        return read instanceof ObjectNode object ? object : JsonText.object().put("arguments", arguments);
    }

    /** @param word the provider's own; goes first where it is one of Anthropic's; null: it gave none */
    static String stopReason(FinishReason reason, @Nullable String word) {
        if (word != null && STOP_REASONS.contains(word)) {
            return word;
        }
        return switch (reason) {
            case STOP -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
        };
    }

    /** Anthropic counts fresh input only; the parts that the cache read and wrote stand beside it. */
    static ObjectNode usage(TokenUsage tokens) {
        ObjectNode usage = JsonText.object();
        usage.put("input_tokens", tokens.promptTokens() - tokens.cachedTokens() - tokens.cacheWriteTokens());
        usage.put("cache_creation_input_tokens", tokens.cacheWriteTokens());
        usage.put("cache_read_input_tokens", tokens.cachedTokens());
        usage.put("output_tokens", tokens.completionTokens());
        if (tokens.reasoningTokens() > 0) {
            usage.putObject("output_tokens_details").put("thinking_tokens", tokens.reasoningTokens());
        }
        return usage;
    }
}
