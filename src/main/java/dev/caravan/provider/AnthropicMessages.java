package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ContentPart;
import dev.caravan.wire.ToolCall;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as Anthropic's {@code system} and {@code messages}. All results of one turn's tool calls stand together, first
 * in their user turn, and neighbours of the same role are one turn. For one translation, one thread.
 *
 * <p>Source: @anthropic-ai/sdk 1.12.0, MessageParam and its blocks, read 2026-11-20.
 */
final class AnthropicMessages {

    private final Adjustments adjustments;
    private final AnthropicParts parts;
    private final ArrayNode system = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode turns = JsonNodeFactory.instance.arrayNode();
    private final Set<String> calls = new HashSet<>();

    AnthropicMessages(Adjustments adjustments) {
        this.adjustments = adjustments;
        this.parts = new AnthropicParts(adjustments);
    }

    void write(ChatRequest request, ObjectNode target) {
        JsonNode given = request.body().path("messages");
        for (int i = 0; i < request.messages().size(); i++) {
            ChatMessage message = request.messages().get(i);
            String path = "messages[" + i + "]";
            add(message, given.path(i), path);
            if (message.name() != null) {
                adjustments.leftOut(
                        path + ".name", TextNode.valueOf(message.name()), "the provider's messages have no names");
            }
        }
        if (!system.isEmpty()) {
            target.set("system", system);
        }
        stripPrefill();
        target.set("messages", turns);
    }

    private void add(ChatMessage message, JsonNode json, String path) {
        switch (message.role()) {
            case SYSTEM, DEVELOPER -> {
                RequestFields.refuseUnknown(json, path, Set.of("role", "content", "name"));
                addTexts(message, json, path, system);
            }
            case USER -> addUser(message, json, path);
            case ASSISTANT -> addAssistant(message, json, path);
            case TOOL -> addToolResult(message, json, path);
        }
    }

    private void addUser(ChatMessage message, JsonNode json, String path) {
        RequestFields.refuseUnknown(json, path, Set.of("role", "content", "name"));
        ArrayNode turn = JsonNodeFactory.instance.arrayNode();
        for (int j = 0; j < message.content().size(); j++) {
            ObjectNode block =
                    parts.user(message.content().get(j), json.path("content").path(j), path + ".content[" + j + "]");
            if (block != null) {
                turn.add(block);
            }
        }
        if (turn.isEmpty()) {
            throw invalid(path + ".content", "must not be empty");
        }
        append("user", turn);
    }

    private void addAssistant(ChatMessage message, JsonNode json, String path) {
        RequestFields.refuseUnknown(json, path, Set.of("role", "content", "name", "refusal", "tool_calls"));
        ArrayNode turn = JsonNodeFactory.instance.arrayNode();
        addTexts(message, json, path, turn);
        for (int j = 0; j < message.toolCalls().size(); j++) {
            String callPath = path + ".tool_calls[" + j + "]";
            JsonNode call = json.path("tool_calls").path(j);
            RequestFields.refuseUnknown(call, callPath, Set.of("id", "type", "function", "extra_content", "index"));
            RequestFields.refuseUnknown(call.path("function"), callPath + ".function", Set.of("name", "arguments"));
            turn.add(call(message.toolCalls().get(j), callPath));
        }
        append("assistant", turn);
    }

    private ObjectNode call(ToolCall call, String path) {
        JsonNode input = call.arguments().isBlank()
                ? JsonNodeFactory.instance.objectNode()
                : UpstreamJson.objectOrNull(call.arguments());
        if (input == null) {
            throw invalid(path + ".function.arguments", "must be the text of a JSON object");
        }
        calls.add(call.id());
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "tool_use")
                .put("id", call.id())
                .put("name", call.name())
                .set("input", input);
    }

    private void addToolResult(ChatMessage message, JsonNode json, String path) {
        RequestFields.refuseUnknown(json, path, Set.of("role", "content", "name", "tool_call_id"));
        String id = message.toolCallId();
        if (id == null || !calls.contains(id)) {
            throw invalid(path + ".tool_call_id", "must be the id of a tool call of an earlier assistant message");
        }
        ObjectNode block =
                JsonNodeFactory.instance.objectNode().put("type", "tool_result").put("tool_use_id", id);
        ArrayNode content = JsonNodeFactory.instance.arrayNode();
        addTexts(message, json, path, content);
        if (!content.isEmpty()) {
            block.set("content", content);
        }
        addResult(block);
    }

    /** Results go before everything else in their turn, in their own order. */
    private void addResult(ObjectNode block) {
        JsonNode last = turns.path(turns.size() - 1);
        if (last.path("role").asText().equals("user") && last.get("content") instanceof ArrayNode before) {
            int place = 0;
            while (before.path(place).path("type").asText().equals("tool_result")) {
                place++;
            }
            before.insert(place, block);
        } else {
            append("user", JsonNodeFactory.instance.arrayNode().add(block));
        }
    }

    /** Adds the message's texts, without the empty ones, which Anthropic refuses; refuses every other part. */
    private static void addTexts(ChatMessage message, JsonNode json, String path, ArrayNode target) {
        for (int j = 0; j < message.content().size(); j++) {
            ContentPart part = message.content().get(j);
            String partPath = path + ".content[" + j + "]";
            String text = part instanceof ContentPart.Text t
                    ? t.text()
                    : part instanceof ContentPart.Refusal refusal ? refusal.refusal() : null;
            if (text == null) {
                throw RequestFields.refusal(partPath, "messages of this role hold text only");
            }
            JsonNode given = json.path("content").path(j);
            RequestFields.refuseUnknown(given, partPath, Set.of("type", "text", "refusal", "cache_control"));
            ObjectNode block = AnthropicParts.text(text, given);
            if (block != null) {
                target.add(block);
            }
        }
    }

    private void append(String role, ArrayNode turn) {
        JsonNode last = turns.path(turns.size() - 1);
        if (last.path("role").asText().equals(role) && last.get("content") instanceof ArrayNode before) {
            before.addAll(turn);
        } else if (!turn.isEmpty()) {
            turns.addObject().put("role", role).set("content", turn);
        }
    }

    /** A last turn of the assistant is the answer's beginning; Anthropic refuses one that ends in white space. */
    private void stripPrefill() {
        JsonNode last = turns.path(turns.size() - 1);
        JsonNode content = last.path("content");
        if (last.path("role").asText().equals("assistant")
                && content.path(content.size() - 1) instanceof ObjectNode block
                && block.path("text").isTextual()) {
            block.put("text", block.get("text").textValue().stripTrailing());
        }
    }

    static RequestException invalid(@Nullable String param, String words) {
        return new RequestException(ErrorCode.INVALID_VALUE, param + " " + words, param);
    }
}
