package dev.caravan.stub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What chat completions refuses in a body.
 *
 * <p>Source: the official SDK's types, openai 6.49.0, read 2026-11-20.
 */
final class OpenAiRules {

    private static final Set<String> FIELDS = Set.of(
            "model",
            "messages",
            "temperature",
            "top_p",
            "max_tokens",
            "max_completion_tokens",
            "stop",
            "n",
            "seed",
            "logit_bias",
            "logprobs",
            "top_logprobs",
            "presence_penalty",
            "frequency_penalty",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "functions",
            "function_call",
            "response_format",
            "reasoning_effort",
            "verbosity",
            "stream",
            "stream_options",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "service_tier",
            "store",
            "metadata",
            "prediction",
            "modalities",
            "audio",
            "web_search_options");

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private OpenAiRules() {}

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
        boolean reasoning = body.path("model").asText().matches("(o[134]|gpt-5).*");
        if (reasoning && (body.has("max_tokens") || body.has("temperature"))) {
            found.add("max_tokens or temperature for a reasoning model");
        }
        JsonNode temperature = body.path("temperature");
        if (body.has("temperature")
                && (!temperature.isNumber() || temperature.asDouble() < 0 || temperature.asDouble() > 2)) {
            found.add("temperature " + temperature);
        }
        messages(body.path("messages"), found);
        return found;
    }

    private static void messages(JsonNode messages, List<String> found) {
        if (!messages.isArray() || messages.isEmpty()) {
            found.add("no messages");
        }
        Set<String> calls = new HashSet<>();
        for (JsonNode message : messages) {
            String role = message.path("role").asText();
            if (!ROLES.contains(role)) {
                found.add("role " + role);
            }
            message.properties().forEach(field -> {
                boolean mayBeNull =
                        role.equals("assistant") && Set.of("content", "refusal").contains(field.getKey());
                if (field.getValue().isNull() && !mayBeNull) {
                    found.add("null in a message: " + field.getKey());
                }
            });
            if (role.equals("tool")) {
                if (!calls.contains(message.path("tool_call_id").asText())) {
                    found.add("a tool message answers no call of the turn before it");
                }
            } else {
                calls.clear();
                message.path("tool_calls")
                        .forEach(call -> calls.add(call.path("id").asText()));
            }
        }
    }
}
