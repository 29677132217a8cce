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

    private StreamError() {}

    static GatewayException read(ObjectNode event, Translator translator) {
        JsonNode error = event.path("error");
        String message = UpstreamJson.text(error.path("message"));
        return translator.toError(new UpstreamError(status(error), message, event, Map.of(), Instant.EPOCH));
    }

    private static int status(JsonNode error) {
        JsonNode code = error.path("code");
        if (code.isInt() && code.intValue() >= 400 && code.intValue() < 600) {
            return code.intValue();
        }
        return switch (error.path("type").asText(code.asText())) {
            case "overloaded_error" -> 529;
            case "rate_limit_error", "rate_limit_exceeded" -> 429;
            case "timeout_error" -> 504;
            case "invalid_request_error" -> 400;
            case "authentication_error" -> 401;
            case "permission_error" -> 403;
            default -> 500;
        };
    }
}
