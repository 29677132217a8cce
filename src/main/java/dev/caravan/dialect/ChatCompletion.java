package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.ChatResponse;
import java.util.List;

/**
 * OpenAI's {@code chat.completion}. Source: openai 6.49.0, ChatCompletion, read 2026-11-20. An answer that came in this
 * format stays as it is but for the model's name and the private reasoning; ours are the fields {@code cost} and {@code
 * adjustments}.
 */
final class ChatCompletion {

    /** What servers that speak OpenAI's format call the model's private reasoning; OpenAI itself never sends it. */
    static final List<String> REASONING = List.of("reasoning", "reasoning_content", "reasoning_details");

    private ChatCompletion() {}

    static ObjectNode of(Answer answer) {
        ObjectNode came = answer.response().providerBody();
        ObjectNode body = came != null && isOne(came) ? withoutReasoning(came) : made(answer);
        body.put("model", answer.request().model());
        ObjectNode usage = body.get("usage") instanceof ObjectNode there ? copy(there) : JsonText.object();
        body.set("usage", usage);
        AnswerParts.putUsage(usage, answer.usage());
        body.set("cost", AnswerParts.cost(answer.charge()));
        AnswerParts.putAdjustments(body, answer.adjustments());
        return body;
    }

    /** Whether the provider answered in this very format; told by the answer, not by the provider's name. */
    private static boolean isOne(ObjectNode body) {
        return body.path("choices").path(0).path("message").isObject();
    }

    /** What came is not ours to change: a copy of it, and in it only of what is changed. */
    private static ObjectNode withoutReasoning(ObjectNode came) {
        boolean reasons = false;
        for (JsonNode choice : came.path("choices")) {
            JsonNode message = choice.path("message");
            reasons |= REASONING.stream().anyMatch(message::has);
        }
        if (!reasons) {
            return copy(came);
        }
        ObjectNode body = came.deepCopy();
        for (JsonNode choice : body.path("choices")) {
            if (choice.path("message") instanceof ObjectNode message) {
                message.remove(REASONING);
            }
        }
        return body;
    }

    private static ObjectNode copy(ObjectNode object) {
        return object.objectNode().setAll(object);
    }

    private static ObjectNode made(Answer answer) {
        ChatResponse response = answer.response();
        ObjectNode body = JsonText.object();
        body.put("id", response.id());
        body.put("object", "chat.completion");
        body.put("created", answer.createdAt().getEpochSecond());
        body.put("model", answer.request().model());
        ObjectNode choice = body.putArray("choices").addObject();
        choice.put("index", 0);
        ObjectNode message = choice.putObject("message");
        message.put("role", "assistant");
        boolean silent = response.content().isEmpty()
                && (response.refusal() != null || !response.toolCalls().isEmpty());
        message.put("content", silent ? null : response.content());
        message.put("refusal", response.refusal());
        AnswerParts.putToolCalls(message, response.toolCalls());
        JsonNode logprobs = response.logprobs();
        choice.set("logprobs", logprobs == null ? JsonText.NODES.nullNode() : logprobs);
        choice.put("finish_reason", response.finishReason().wireName());
        String reason = response.nativeFinishReason();
        if (reason != null) {
            choice.put("native_finish_reason", reason);
        }
        return body;
    }
}
