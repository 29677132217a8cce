package dev.caravan.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A field that a provider could not take as it was, told to the caller.
 *
 * @param param the field's name in the caller's request
 * @param from what the caller sent
 * @param to what was sent on; null where the field was left out
 * @param reason one short sentence
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Adjustment(
        String param, JsonNode from, @Nullable JsonNode to, String reason) {}
