package dev.caravan.stub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What generateContent refuses in a body.
 *
 * <p>Source: the official SDK's types, @google/genai 2.32.0, read 2026-11-20.
 */
final class GoogleRules {

    private static final Set<String> FIELDS = Set.of(
            "contents",
            "systemInstruction",
            "tools",
            "toolConfig",
            "generationConfig",
            "safetySettings",
            "cachedContent",
            "labels");

    private static final Set<String> KINDS = Set.of("text", "inlineData", "functionCall", "functionResponse");
    private static final Set<String> BESIDE = Set.of("thoughtSignature", "thought");

    private GoogleRules() {}

    static List<String> violations(JsonNode body) {
        List<String> found = new ArrayList<>();
        body.properties().forEach(field -> {
            if (!FIELDS.contains(field.getKey()) || field.getValue().isNull()) {
                found.add("field " + field.getKey());
            }
        });
        JsonNode maximum = body.at("/generationConfig/maxOutputTokens");
        if (!maximum.isMissingNode() && (!maximum.isIntegralNumber() || maximum.asLong() < 1)) {
            found.add("maxOutputTokens " + maximum);
        }
        if (!body.path("contents").isArray() || body.path("contents").isEmpty()) {
            found.add("no contents");
        }
        for (JsonNode content : body.path("contents")) {
            if (!Set.of("user", "model").contains(content.path("role").asText())) {
                found.add("role " + content.path("role").asText());
            }
            if (content.path("parts").isEmpty()) {
                found.add("no parts");
            }
            content.path("parts").forEach(part -> part(part, found));
        }
        return found;
    }

    private static void part(JsonNode part, List<String> found) {
        int kinds = 0;
        for (var field : part.properties()) {
            if (KINDS.contains(field.getKey())) {
                kinds++;
            } else if (!BESIDE.contains(field.getKey())) {
                // fileData too: a remote address in fileUri is not accepted.
                found.add("a part's field " + field.getKey());
            }
        }
        if (kinds != 1) {
            found.add("a part with " + kinds + " kinds");
        }
        if (part.has("functionResponse")
                && part.at("/functionResponse/name").asText().isEmpty()) {
            found.add("a functionResponse without a name");
        }
    }
}
