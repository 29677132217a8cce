package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * {@code system} and {@code messages} of Anthropic's format as OpenAI's messages. Tool results, which stand inside a user's
 * turn, become messages of their own before it. Source: @anthropic-ai/sdk 1.12.0, MessageParam and ContentBlockParam, read
 * 2026-11-20.
 */
final class AnthropicMessages {

    private static final String FORMS = "a string or an array of content blocks";

    private final ArrayNode out;
    private final List<String> onlyThere;

    /** @param onlyThere takes the paths of what OpenAI's format cannot say */
    AnthropicMessages(ArrayNode out, List<String> onlyThere) {
        this.out = out;
        this.onlyThere = onlyThere;
    }

    void read(BodyFields request) {
        if (request.find("system") != null) {
            texts("system", request, "system");
        }
        request.require("messages", "an array of messages");
        for (BodyFields message : request.objects("messages")) {
            switch (message.requireText("role")) {
                case "user" -> user(message);
                case "assistant" -> assistant(message);
                case "system" -> texts("system", message, "content");
                default -> throw Refusals.value(message.at("role"), "must be one of user, assistant, system");
            }
        }
    }

    /** A message of nothing but text. */
    private void texts(String role, BodyFields parent, String field) {
        JsonNode value = parent.require(field, FORMS);
        if (value.isTextual()) {
            out.addObject().put("role", role).set("content", value);
            return;
        }
        ArrayNode parts = JsonText.NODES.arrayNode();
        for (BodyFields block : blocks(parent, field, value)) {
            if (!block.requireText("type").equals("text")) {
                throw Refusals.value(block.at("type"), "must be text");
            }
            parts.add(text(block));
        }
        if (!parts.isEmpty()) {
            out.addObject().put("role", role).set("content", parts);
        }
    }

    private void user(BodyFields message) {
        JsonNode value = message.require("content", FORMS);
        if (value.isTextual()) {
            out.addObject().put("role", "user").set("content", value);
            return;
        }
        ArrayNode parts = JsonText.NODES.arrayNode();
        List<BodyFields> blocks = blocks(message, "content", value);
        for (BodyFields block : blocks) {
            if (block.requireText("type").equals("tool_result")) {
                toolResult(block, parts);
            } else {
                parts.add(part(block));
            }
        }
        if (blocks.isEmpty()) {
            throw Refusals.value(message.at("content"), "must not be an empty array");
        }
        if (!parts.isEmpty()) {
            out.addObject().put("role", "user").set("content", parts);
        }
    }

    private JsonNode part(BodyFields block) {
        return switch (block.requireText("type")) {
            case "text" -> text(block);
            case "image" -> image(block);
            default -> {
                onlyThere.add(block.at("type"));
                yield block.node();
            }
        };
    }

    private static ObjectNode text(BodyFields block) {
        return JsonText.object().put("type", "text").put("text", block.requireText("text"));
    }

    private JsonNode image(BodyFields block) {
        BodyFields source = block.requireObject("source");
        String url = switch (source.requireText("type")) {
            case "base64" -> "data:" + source.requireFilled("media_type") + ";base64," + source.requireFilled("data");
            case "url" -> source.requireFilled("url");
            default -> null;
        };
        if (url == null) {
            onlyThere.add(source.at("type"));
            return block.node();
        }
        MessageReader.requireImageUrl(
                url, source.path(), "must be an image in base64 with its media type, or an https URL");
        ObjectNode part = JsonText.object().put("type", "image_url");
        part.putObject("image_url").put("url", url);
        return part;
    }

    /** @param after takes what a tool message cannot hold: it follows as the user's */
    private void toolResult(BodyFields block, ArrayNode after) {
        StringBuilder text = new StringBuilder(Boolean.TRUE.equals(block.flag("is_error")) ? "Error: " : "");
        JsonNode value = block.find("content");
        if (value != null && value.isTextual()) {
            text.append(value.textValue());
        } else if (value != null) {
            for (BodyFields inner : blocks(block, "content", value)) {
                if (inner.requireText("type").equals("text")) {
                    text.append(inner.requireText("text"));
                } else {
                    after.add(part(inner));
                }
            }
        }
        ObjectNode message = out.addObject().put("role", "tool");
        message.put("tool_call_id", block.requireFilled("tool_use_id"));
        message.put("content", text.toString());
    }

    private void assistant(BodyFields message) {
        JsonNode value = message.require("content", FORMS);
        ObjectNode turn = JsonText.object().put("role", "assistant");
        if (value.isTextual()) {
            turn.set("content", value);
            out.add(turn);
            return;
        }
        StringBuilder text = new StringBuilder();
        ArrayNode calls = JsonText.NODES.arrayNode();
        for (BodyFields block : blocks(message, "content", value)) {
            switch (block.requireText("type")) {
                case "text" -> text.append(block.requireText("text"));
                case "tool_use" -> calls.add(toolUse(block));
                // Private reasoning, signed for Anthropic alone: worth nothing to any other model.
                case "thinking", "redacted_thinking" -> {}
                default -> onlyThere.add(block.at("type"));
            }
        }
        turn.put("content", text.isEmpty() && !calls.isEmpty() ? null : text.toString());
        if (!calls.isEmpty()) {
            turn.set("tool_calls", calls);
        }
        out.add(turn);
    }

    private static ObjectNode toolUse(BodyFields block) {
        ObjectNode call = JsonText.object().put("id", block.requireFilled("id")).put("type", "function");
        call.putObject("function")
                .put("name", block.requireFilled("name"))
                .put("arguments", JsonText.string(block.requireObject("input").node()));
        return call;
    }

    private static List<BodyFields> blocks(BodyFields parent, String field, JsonNode value) {
        if (!value.isArray()) {
            throw Refusals.type(parent.at(field), FORMS, value);
        }
        return parent.objects(field);
    }
}
