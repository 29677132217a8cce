package dev.caravan.wire;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The form that the answer's text must take.
 *
 * @param name the schema's name; null unless {@code kind} is {@link Kind#JSON_SCHEMA}
 * @param schema the JSON Schema; null unless {@code kind} is {@link Kind#JSON_SCHEMA}
 * @param strict whether the answer must follow the schema exactly; null means the provider's default
 */
public record ResponseFormat(
        Kind kind,
        @Nullable String name,
        @Nullable JsonNode schema,
        @Nullable Boolean strict) {

    public enum Kind {
        TEXT,
        JSON_OBJECT,
        JSON_SCHEMA
    }
}
