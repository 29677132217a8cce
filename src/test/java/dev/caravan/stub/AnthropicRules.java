package dev.caravan.stub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the Messages API refuses in a body.
 *
 * <p>Source: the official SDK's types, @anthropic-ai/sdk 1.12.0, read 2026-11-20.
 */
final class AnthropicRules {

    private static final Set<String> FIELDS = Set.of(
            "model",
            "messages",
            "max_tokens",
            "system",
            "temperature",
            "top_p",
            "top_k",
            "stop_sequences",
            "stream",
            "tools",
            "tool_choice",
            "thinking",
            "output_config",
            "metadata",
            "service_tier",
            "speed",
            "cache_control",
            "container",
            "inference_geo");

    private AnthropicRules() {}

    static List<String> violations(JsonNode body) {
        List<String> found = new ArrayList<>();
        body.properties().forEach(field -> {
            if (!FIELDS.contains(field.getKey()) || field.getValue().isNull()) {
                found.add("field " + field.getKey());
            }
        });
        if (!body.path("model").isTextual() || body.path("model").asText().isEmpty()) {
            found.add("model is not a string");
        }
        JsonNode maxTokens = body.path("max_tokens");
        if (!maxTokens.isIntegralNumber() || maxTokens.asLong() < 1) {
            found.add("max_tokens is required");
        }
        JsonNode temperature = body.path("temperature");
        if (body.has("temperature")
                && (!temperature.isNumber() || temperature.asDouble() < 0 || temperature.asDouble() > 1)) {
            found.add("temperature " + temperature);
        }
        if (body.has("temperature")
                && body.has("top_p")
                && !body.path("model").asText().startsWith("claude-3")) {
            found.add("temperature together with top_p");
        }
        if (!body.path("messages").path(0).path("role").asText().equals("user")) {
            found.add("the first message is not the user's");
        }
        Set<String> open = new HashSet<>();
        for (JsonNode message : body.path("messages")) {
            turn(message, open, found);
        }
        if (!open.isEmpty()) {
            found.add("a tool_use without its result in the next turn");
        }
        return found;
    }

    /** @param open the calls of the turn before; afterwards the calls of this one */
    private static void turn(JsonNode message, Set<String> open, List<String> found) {
        String role = message.path("role").asText();
        JsonNode content = message.path("content");
        if (!Set.of("user", "assistant").contains(role)) {
            found.add("role " + role);
        }
        if (content.isEmpty() && content.asText().isBlank()) {
            found.add("empty content");
        }
        Set<String> calls = new HashSet<>();
        boolean others = false;
        for (JsonNode block : content) {
            String type = block.path("type").asText();
            if (type.equals("text") && block.path("text").asText().isBlank()) {
                found.add("an empty text block");
            }
            if (type.equals("tool_result")) {
                boolean answers = open.remove(block.path("tool_use_id").asText());
                if (others || !answers || !role.equals("user")) {
                    found.add("a tool_result that is not first or answers no call");
                }
            } else {
                others = true;
            }
            if (type.equals("tool_use")) {
                calls.add(block.path("id").asText());
                if (!block.path("input").isObject()) {
                    found.add("a tool_use whose input is no object");
                }
            }
        }
        if (!open.isEmpty()) {
            found.add("a tool_use without its result in the next turn");
        }
        open.clear();
        open.addAll(calls);
    }
}
