package dev.caravan.wire;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A model's wish to call a function.
 *
 * @param id unique in its answer; never empty (made by us where the provider gives none)
 * @param name the function's name
 * @param arguments JSON text, as OpenAI sends it; may be invalid JSON, because a model wrote it
 * @param thoughtSignature Gemini's opaque signature, which has to go back with the call; null elsewhere
 * @param json the call as it came, for the caller's own format; null where a provider's answer made it
 */
public record ToolCall(
        String id,
        String name,
        String arguments,
        @Nullable String thoughtSignature,
        @Nullable JsonNode json) {}
