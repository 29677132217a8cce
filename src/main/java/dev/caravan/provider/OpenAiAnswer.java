package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ProviderFault;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A chat completion in OpenAI's format, read. Source: openai 6.49.0, ChatCompletion, read 2026-11-20. */
final class OpenAiAnswer {

    private OpenAiAnswer() {}

    /** @throws ProviderFault where the body is no chat completion */
    static ChatResponse read(ObjectNode body) {
        if (body.hasNonNull("error")) {
            throw UpstreamJson.fault("the answer is an error with status 200");
        }
        JsonNode choice = body.path("choices").path(0);
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            throw UpstreamJson.fault("the answer has no choice with a message");
        }
        String id = UpstreamJson.text(body.path("id"));
        String content = optionalText(message, "content");
        String nativeReason = UpstreamJson.text(choice.path("finish_reason"));
        JsonNode logprobs = choice.get("logprobs");
        return new ChatResponse(
                id == null ? "chatcmpl-" + random() : id,
                content == null ? "" : content,
                optionalText(message, "refusal"),
                toolCalls(message),
                finishReason(nativeReason),
                nativeReason,
                usage(body.path("usage")),
                null,
                logprobs == null || logprobs.isNull() ? null : logprobs,
                body);
    }

    /** Our word for OpenAI's; a word that is new to us means that the model stopped. */
    static FinishReason finishReason(@Nullable String nativeReason) {
        if (nativeReason == null) {
            return FinishReason.STOP;
        }
        return switch (nativeReason) {
            case "length" -> FinishReason.LENGTH;
            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.STOP;
        };
    }

    /** The counts of a {@code usage} object; all unknown where there is none. */
    static ReportedUsage usage(JsonNode usage) {
        JsonNode prompt = usage.path("prompt_tokens_details");
        return new ReportedUsage(
                UpstreamJson.count(usage.path("prompt_tokens")),
                UpstreamJson.count(usage.path("completion_tokens")),
                UpstreamJson.count(prompt.path("cached_tokens")),
                UpstreamJson.count(prompt.path("cache_write_tokens")),
                null,
                UpstreamJson.count(usage.path("completion_tokens_details").path("reasoning_tokens")));
    }

    private static List<ToolCall> toolCalls(JsonNode message) {
        List<ToolCall> calls = new ArrayList<>();
        JsonNode array = message.path("tool_calls");
        if (!array.isArray() && !array.isNull() && !array.isMissingNode()) {
            throw UpstreamJson.fault("tool_calls is no list");
        }
        for (JsonNode call : array) {
            if (call.path("custom").isObject()) {
                calls.add(new ToolCall(
                        id(call), name(call.path("custom")), textOrEmpty(call.path("custom"), "input"), null, call));
            } else {
                calls.add(functionCall(call, call.path("function")));
            }
        }
        JsonNode single = message.path("function_call");
        if (single.isObject()) {
            // The deprecated form, for a caller who still sends functions: a call without an id.
            calls.add(functionCall(message, single));
        }
        return calls;
    }

    private static ToolCall functionCall(JsonNode call, JsonNode function) {
        String signature =
                UpstreamJson.text(call.path("extra_content").path("google").path("thought_signature"));
        return new ToolCall(id(call), name(function), textOrEmpty(function, "arguments"), signature, null);
    }

    /** Some providers of the format give no id, or an empty one; a caller needs one to answer the call. */
    private static String id(JsonNode call) {
        String id = UpstreamJson.text(call.path("id"));
        return id == null ? "call_" + random() : id;
    }

    private static String name(JsonNode called) {
        String name = UpstreamJson.text(called.path("name"));
        if (name == null) {
            throw UpstreamJson.fault("a tool call has no name");
        }
        return name;
    }

    private static String textOrEmpty(JsonNode object, String field) {
        String text = optionalText(object, field);
        return text == null ? "" : text;
    }

    /**
     * A text; null where there is none.
     *
     * @throws ProviderFault where the field holds something else, which must not be lost in silence
     */
    static @Nullable String optionalText(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw UpstreamJson.fault(field + " is no text");
        }
        return node.textValue();
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
