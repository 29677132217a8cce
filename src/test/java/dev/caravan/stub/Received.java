package dev.caravan.stub;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/**
 * One request as it reached the stub.
 *
 * @param headers by lower-case name
 */
public record Received(String path, Map<String, String> headers, JsonNode body, Instant at) {}
