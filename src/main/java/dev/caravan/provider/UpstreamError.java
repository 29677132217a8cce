package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer other than 2xx.
 *
 * @param status 100 to 599
 * @param message the provider's own words, found by the JSONPath of its route; null where there are none. Not yet clean.
 * @param body the answer's JSON; null where it was none
 * @param headers by lower-case name
 * @param at when the answer came, for a {@code Retry-After} that is a date
 */
public record UpstreamError(
        int status, @Nullable String message, @Nullable JsonNode body, Map<String, String> headers, Instant at) {}
