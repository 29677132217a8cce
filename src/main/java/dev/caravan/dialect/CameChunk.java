package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that came in OpenAI's format.
 *
 * @param json not to be changed: its reader may still need it
 */
record CameChunk(ObjectNode json) {

    boolean hasUsage() {
        return json.path("usage").isObject();
    }

    /** The indexes of its choices; empty for a report of usage or of the provider's filters. */
    Set<Integer> choices() {
        Set<Integer> indexes = new HashSet<>();
        for (JsonNode choice : json.path("choices")) {
            indexes.add(choice.path("index").asInt());
        }
        return indexes;
    }

    /** The indexes of the choices that end with it. */
    Set<Integer> finished() {
        Set<Integer> indexes = new HashSet<>();
        for (JsonNode choice : json.path("choices")) {
            if (choice.hasNonNull("finish_reason")) {
                indexes.add(choice.path("index").asInt());
            }
        }
        return indexes;
    }

    /** A copy whose own fields may be changed; null where there was nothing else than reasoning. */
    @Nullable
    ObjectNode withoutReasoning() {
        ObjectNode copy = JsonText.object();
        copy.setAll(json);
        if (!hasReasoning()) {
            return copy;
        }
        JsonNode choices = json.path("choices").deepCopy();
        boolean says = false;
        for (JsonNode choice : choices) {
            if (choice.path("delta") instanceof ObjectNode delta) {
                delta.remove(ChatCompletion.REASONING);
                says |= says(delta);
            }
            says |= choice.hasNonNull("finish_reason");
        }
        copy.set("choices", choices);
        return says ? copy : null;
    }

    private boolean hasReasoning() {
        for (JsonNode choice : json.path("choices")) {
            for (String field : ChatCompletion.REASONING) {
                if (choice.path("delta").has(field)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean says(ObjectNode delta) {
        for (JsonNode value : delta) {
            if (!value.isNull() && !(value.isTextual() && value.textValue().isEmpty())) {
                return true;
            }
        }
        return false;
    }
}
