package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.GatewayException;
import java.time.Instant;
import java.util.Map;

/**
 * An error event inside a stream whose status was 200: read as the error answer that it would have been, with the status that
 * its words stand for.
 */
final class StreamError {

    /** What is said in no known word is the provider's own failure. */
    private static final int UNKNOWN = 500;

    private StreamError() {}

    static GatewayException read(ObjectNode event, Translator translator) {
        // Some servers name the event "error" and send the error object bare.
        ObjectNode body = event.hasNonNull("error") ? event : event.objectNode().set("error", event);
        JsonNode error = body.path("error");
        String message = UpstreamJson.text(error.isTextual() ? error : error.path("message"));
        return translator.toError(new UpstreamError(status(error), message, body, Map.of(), Instant.EPOCH));
    }

    /** OpenAI's {@code type} may name the limit ({@code tokens}) where its {@code code} says what happened, so both are asked. */
    private static int status(JsonNode error) {
        JsonNode code = error.path("code");
        int number = code.asInt();
        if (number >= 400 && number < 600) {
            return number;
        }
        int byCode = status(code.asText());
        return byCode == UNKNOWN ? status(error.path("type").asText()) : byCode;
    }

    private static int status(String word) {
        return switch (word) {
            case "overloaded_error" -> 529;
            case "rate_limit_error", "rate_limit_exceeded", "insufficient_quota" -> 429;
            case "billing_error" -> 402;
            case "timeout_error" -> 504;
            case "invalid_request_error" -> 400;
            case "authentication_error" -> 401;
            case "permission_error" -> 403;
            default -> UNKNOWN;
        };
    }
}
