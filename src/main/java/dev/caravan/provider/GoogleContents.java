package dev.caravan.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as Gemini's {@code systemInstruction} and {@code contents}. For one translation, one thread.
 *
 * <p>Source: @google/genai 2.32.0, Content, Part, FunctionCall and FunctionResponse, read 2026-11-20.
 */
final class GoogleContents {

    private final Adjustments adjustments;
    private final GoogleParts parts;
    private final ArrayNode system = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode contents = JsonNodeFactory.instance.arrayNode();
    /** The function of each call so far, by the id that Gemini knows. */
    private final Map<String, String> functions = new HashMap<>();

    GoogleContents(Adjustments adjustments) {
        this.adjustments = adjustments;
        this.parts = new GoogleParts(adjustments);
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
            target.putObject("systemInstruction").set("parts", system);
        }
        target.set("contents", contents);
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
            ObjectNode part =
                    parts.user(message.content().get(j), json.path("content").path(j), path + ".content[" + j + "]");
            if (part != null) {
                turn.add(part);
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
            turn.add(call(message.toolCalls().get(j), callPath + ".function.arguments"));
        }
        append("model", turn);
    }

    private ObjectNode call(ToolCall call, String argumentsPath) {
        SignedCallId signed = SignedCallId.read(call.id());
        functions.put(signed.id(), call.name());
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        ObjectNode function =
                part.putObject("functionCall").put("id", signed.id()).put("name", call.name());
        JsonNode arguments =
                call.arguments().isEmpty() ? JsonNodeFactory.instance.objectNode() : object(call.arguments());
        if (arguments == null) {
            throw invalid(argumentsPath, "must be the text of a JSON object");
        }
        function.set("args", arguments);
        String signature = call.thoughtSignature() == null ? signed.signature() : call.thoughtSignature();
        if (signature != null) {
            part.put("thoughtSignature", signature);
        }
        return part;
    }

    private void addToolResult(ChatMessage message, JsonNode json, String path) {
        RequestFields.refuseUnknown(json, path, Set.of("role", "content", "name", "tool_call_id"));
        String id = message.toolCallId() == null
                ? ""
                : SignedCallId.read(message.toolCallId()).id();
        String name = functions.get(id);
        if (name == null) {
            throw invalid(path + ".tool_call_id", "must be the id of a tool call of an earlier assistant message");
        }
        addTexts(message, json, path, JsonNodeFactory.instance.arrayNode());
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        ObjectNode answer = part.putObject("functionResponse").put("id", id).put("name", name);
        JsonNode response = object(message.text());
        answer.set(
                "response",
                response == null ? JsonNodeFactory.instance.objectNode().put("result", message.text()) : response);
        append("user", JsonNodeFactory.instance.arrayNode().add(part));
    }

    /** Adds the message's texts, without the empty ones, and refuses every other part. */
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
            RequestFields.refuseUnknown(json.path("content").path(j), partPath, Set.of("type", "text", "refusal"));
            if (!text.isEmpty()) {
                target.add(GoogleParts.text(text));
            }
        }
    }

    /** Adds a turn, to the last one where that is of the same role: all results of one turn's calls must stand together. */
    private void append(String role, ArrayNode turn) {
        JsonNode last = contents.path(contents.size() - 1);
        if (last.path("role").asText().equals(role) && last.get("parts") instanceof ArrayNode before) {
            before.addAll(turn);
        } else if (!turn.isEmpty()) {
            contents.addObject().put("role", role).set("parts", turn);
        }
    }

    private static @Nullable JsonNode object(String text) {
        try {
            JsonNode tree = GoogleJson.MAPPER.readTree(text);
            return tree.isObject() ? tree : null;
        } catch (JsonProcessingException e) {
            // No JSON: the caller decides what that means.
            return null;
        }
    }

    private static RequestException invalid(String param, String words) {
        return new RequestException(ErrorCode.INVALID_VALUE, param + " " + words, param);
    }
}
