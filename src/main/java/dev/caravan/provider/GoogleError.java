package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.error.GatewayException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an error answer of Gemini's means.
 *
 * <p>Source: ai.google.dev/gemini-api/docs/troubleshooting, and google.rpc error_details, read 2026-11-20.
 */
final class GoogleError {

    private static final Set<String> BAD_KEY = Set.of("UNAUTHENTICATED", "PERMISSION_DENIED");
    private static final Set<String> BAD_KEY_REASON = Set.of("API_KEY_INVALID");

    /** The caller's word for the first name of a path in Gemini's request. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("temperature", "temperature"),
            Map.entry("top_p", "top_p"),
            Map.entry("max_output_tokens", "max_tokens"),
            Map.entry("stop_sequences", "stop"),
            Map.entry("seed", "seed"),
            Map.entry("candidate_count", "n"),
            Map.entry("presence_penalty", "presence_penalty"),
            Map.entry("frequency_penalty", "frequency_penalty"),
            Map.entry("response_mime_type", "response_format"),
            Map.entry("response_json_schema", "response_format"),
            Map.entry("thinking_config", "reasoning_effort"),
            Map.entry("tools", "tools"),
            Map.entry("tool_config", "tool_choice"),
            Map.entry("contents", "messages"),
            Map.entry("system_instruction", "messages"));

    private GoogleError() {}

    static GatewayException read(UpstreamError error) {
        JsonNode object = ErrorReader.errorObject(error);
        boolean exhausted = object.path("status").asText().equals("RESOURCE_EXHAUSTED");
        boolean badKey = ErrorReader.says(object.path("status"), BAD_KEY);
        boolean quotaGone = false;
        String param = null;
        Duration wait = null;
        for (JsonNode detail : object.path("details")) {
            badKey |= ErrorReader.says(detail.path("reason"), BAD_KEY_REASON);
            quotaGone |= exhausted && perDay(detail.path("violations"));
            wait = wait == null ? delay(detail.path("retryDelay").asText()) : wait;
            param = param == null
                    ? param(detail.path("fieldViolations").path(0).path("field").asText())
                    : param;
        }
        return ErrorReader.read(withMessage(error, object), param, badKey, quotaGone, wait);
    }

    /** A JSONPath that looks for an object does not find the words of a body that is wrapped in an array. */
    private static UpstreamError withMessage(UpstreamError error, JsonNode object) {
        JsonNode words = object.path("message");
        return error.message() == null && words.isTextual()
                ? new UpstreamError(error.status(), words.textValue(), error.body(), error.headers(), error.at())
                : error;
    }

    private static boolean perDay(JsonNode violations) {
        for (JsonNode violation : violations) {
            if (violation.path("quotaId").asText().contains("PerDay")
                    || violation.path("quotaMetric").asText().contains("PerDay")) {
                return true;
            }
        }
        return false;
    }

    /** A protobuf duration in JSON: seconds, perhaps with a fraction, and an {@code s}. */
    private static @Nullable Duration delay(String text) {
        return text.endsWith("s") ? ErrorReader.seconds(text.substring(0, text.length() - 1), 0) : null;
    }

    private static @Nullable String param(String field) {
        if (field.length() > 200) {
            return null;
        }
        String snake = field.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        String inner = snake.startsWith("generation_config.") ? snake.substring("generation_config.".length()) : snake;
        return WORDS.get(inner.replaceFirst("[.\\[].*", ""));
    }
}
