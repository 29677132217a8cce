package dev.caravan.wire;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A function that the model may call.
 *
 * @param type {@code function}, or {@code custom} (OpenAI only; then only {@code name} and {@code description} are read)
 * @param description null where none was given
 * @param parameters its JSON Schema; null means a function without parameters
 * @param strict whether arguments must follow the schema exactly; null means the provider's default
 */
public record Tool(
        String type,
        String name,
        @Nullable String description,
        @Nullable JsonNode parameters,
        @Nullable Boolean strict) {}
