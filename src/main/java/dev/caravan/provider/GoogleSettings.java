package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ResponseFormat;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gemini's {@code generationConfig}: how the answer is to be made.
 *
 * <p>Source: @google/genai 2.32.0, GenerateContentConfig, read 2026-11-20.
 */
final class GoogleSettings {

    private static final String NO_SAMPLING = "the model takes no sampling settings";

    private final Adjustments adjustments;
    private final ObjectNode config = JsonNodeFactory.instance.objectNode();

    GoogleSettings(Adjustments adjustments) {
        this.adjustments = adjustments;
    }

    void write(ChatRequest request, Model model, ObjectNode target) {
        requireOneChoice(request.body().path("n"));
        RequestFields.refuseUnknown(
                request.body().path("stream_options"),
                "stream_options",
                Set.of("include_usage", "include_obfuscation"));
        boolean sampling = model.capabilities().sampling();
        sampled("temperature", "temperature", request.temperature(), sampling);
        sampled("top_p", "topP", request.topP(), sampling);
        if (request.maxTokens() != null) {
            config.put("maxOutputTokens", request.maxTokens());
        }
        if (!request.stop().isEmpty()) {
            ArrayNode stop = config.putArray("stopSequences");
            request.stop().forEach(stop::add);
        }
        seed(request.seed());
        decimal("presencePenalty", request.presencePenalty());
        decimal("frequencyPenalty", request.frequencyPenalty());
        format(request.responseFormat(), request.body().path("response_format"));
        GoogleThinking.write(request.reasoningEffort(), model, config, adjustments);
        if (!config.isEmpty()) {
            target.set("generationConfig", config);
        }
    }

    private static void requireOneChoice(JsonNode n) {
        if (n.isNumber() && n.decimalValue().compareTo(BigDecimal.ONE) != 0) {
            throw new RequestException(
                    ErrorCode.OUT_OF_RANGE, "n must be 1: this model's provider gives one choice", "n");
        }
    }

    private void sampled(String param, String name, @Nullable BigDecimal value, boolean sampling) {
        if (value != null && !sampling) {
            adjustments.leftOut(param, DecimalNode.valueOf(value), NO_SAMPLING);
        } else {
            decimal(name, value);
        }
    }

    private void decimal(String name, @Nullable BigDecimal value) {
        if (value != null) {
            // Not put(): that would drop trailing zeros, and with them the caller's own spelling.
            config.set(name, DecimalNode.valueOf(value));
        }
    }

    private void seed(@Nullable Long seed) {
        if (seed == null) {
            return;
        }
        if (seed.intValue() != seed) {
            throw new RequestException(
                    ErrorCode.OUT_OF_RANGE, "seed must be from -2147483648 to 2147483647 for this model", "seed");
        }
        config.put("seed", seed.intValue());
    }

    private void format(@Nullable ResponseFormat format, JsonNode json) {
        if (format == null) {
            return;
        }
        RequestFields.refuseUnknown(json, "response_format", Set.of("type", "json_schema"));
        if (format.kind() == ResponseFormat.Kind.TEXT) {
            return;
        }
        config.put("responseMimeType", "application/json");
        if (format.kind() != ResponseFormat.Kind.JSON_SCHEMA) {
            return;
        }
        String path = "response_format.json_schema";
        JsonNode given = json.path("json_schema");
        RequestFields.refuseUnknown(given, path, Set.of("name", "description", "schema", "strict"));
        if (given.hasNonNull("description")) {
            adjustments.leftOut(path + ".description", given.get("description"), "the provider takes the schema alone");
        }
        if (Boolean.FALSE.equals(format.strict())) {
            adjustments.changed(
                    path + ".strict", BooleanNode.FALSE, BooleanNode.TRUE, "the provider always follows the schema");
        }
        if (format.schema() != null) {
            config.set("responseJsonSchema", format.schema());
        }
    }
}
