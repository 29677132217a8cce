package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.FailedTry;
import dev.caravan.error.GatewayException;
import dev.caravan.error.NoModelServed;
import dev.caravan.wire.Adjustment;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts that the answers of more than one dialect have, in OpenAI's words. */
final class AnswerParts {

    private AnswerParts() {}

    /** The answer's text, else the refusal's, else nothing: never null. */
    static String content(ChatResponse response) {
        String refusal = response.refusal();
        return response.content().isEmpty() && refusal != null ? refusal : response.content();
    }

    static void putUsage(ObjectNode usage, TokenUsage tokens) {
        usage.put("prompt_tokens", tokens.promptTokens());
        usage.put("completion_tokens", tokens.completionTokens());
        usage.put("total_tokens", tokens.totalTokens());
        if (tokens.cachedTokens() > 0 || tokens.cacheWriteTokens() > 0) {
            ObjectNode details = withObject(usage, "prompt_tokens_details");
            putCount(details, "cached_tokens", tokens.cachedTokens());
            putCount(details, "cache_write_tokens", tokens.cacheWriteTokens());
        }
        if (tokens.reasoningTokens() > 0) {
            putCount(withObject(usage, "completion_tokens_details"), "reasoning_tokens", tokens.reasoningTokens());
        }
    }

    private static void putCount(ObjectNode details, String name, long count) {
        if (count > 0) {
            details.put(name, count);
        }
    }

    private static ObjectNode withObject(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode there ? there : parent.putObject(name);
    }

    static ObjectNode cost(Charge charge) {
        ObjectNode cost = JsonText.object();
        cost.put("input_cost", Charge.usd(charge.inputMicros()));
        cost.put("output_cost", Charge.usd(charge.outputMicros()));
        cost.put("total_cost", Charge.usd(charge.totalMicros()));
        cost.put("currency", "USD");
        return cost;
    }

    static void putAdjustments(ObjectNode answer, List<Adjustment> adjustments) {
        if (adjustments.isEmpty()) {
            return;
        }
        ArrayNode list = answer.putArray("adjustments");
        for (Adjustment adjustment : adjustments) {
            JsonNode to = adjustment.to();
            ObjectNode entry = list.addObject().put("param", adjustment.param());
            entry.set("from", adjustment.from());
            entry.set("to", to == null ? JsonText.NODES.nullNode() : to);
            entry.put("reason", adjustment.reason());
        }
    }

    /** {@code tool_calls}, where there are any. */
    static void putToolCalls(ObjectNode message, List<ToolCall> calls) {
        if (calls.isEmpty()) {
            return;
        }
        ArrayNode list = message.putArray("tool_calls");
        for (ToolCall call : calls) {
            list.add(toolCall(call));
        }
    }

    private static JsonNode toolCall(ToolCall call) {
        if (call.json() instanceof ObjectNode json && json.path("type").asText().equals("custom")) {
            return json;
        }
        ObjectNode out = JsonText.object();
        out.put("id", call.id());
        out.put("type", "function");
        out.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        String signature = call.thoughtSignature();
        if (signature != null) {
            out.putObject("extra_content").putObject("google").put("thought_signature", signature);
        }
        return out;
    }

    /** {@code param} is there also when it is null, as OpenAI has it. */
    static byte[] error(GatewayException failure, @Nullable String requestId) {
        ObjectNode body = JsonText.object();
        ObjectNode error = body.putObject("error");
        error.put("message", failure.text());
        error.put("type", failure.code().type());
        error.put("param", failure.param());
        error.put("code", failure.code().wireName());
        if (requestId != null) {
            error.put("request_id", requestId);
        }
        putTried(error, failure);
        return JsonText.bytes(body);
    }

    /** {@code details.tried}: the models that were to serve, where there was more than the one that was asked for. */
    static void putTried(ObjectNode error, GatewayException failure) {
        if (failure instanceof NoModelServed none) {
            ArrayNode list = error.putObject("details").putArray("tried");
            for (FailedTry failed : none.tried()) {
                ObjectNode entry = list.addObject();
                entry.put("model", failed.model());
                entry.put("provider", failed.provider());
                entry.put("code", failed.code().wireName());
                if (failed.param() != null) {
                    entry.put("param", failed.param());
                }
            }
        }
    }
}
