package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.AnthropicBody;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One request in Anthropic's format, turned into OpenAI's. What only Anthropic's format can say is noted by its path, to be
 * refused where the model's provider speaks another. Source: @anthropic-ai/sdk 1.12.0, MessageCreateParams, read 2026-11-20.
 */
final class AnthropicRequest {

    private static final List<String> EFFORTS = List.of("low", "medium", "high", "xhigh", "max");

    /** All that is translated below, and {@code cache_control}, which changes the price and never the answer. */
    private static final Set<String> TRANSLATED = Set.of(
            "model",
            "messages",
            "max_tokens",
            "system",
            "temperature",
            "top_p",
            "stop_sequences",
            "stream",
            "tools",
            "tool_choice",
            "metadata",
            "thinking",
            "output_config",
            "service_tier",
            "cache_control");

    /** OpenAI's limit. */
    private static final int MAX_STOPS = 4;

    private static final int LOW_BUDGET = 4096;
    private static final int MEDIUM_BUDGET = 16384;

    private final ObjectNode json;
    private final BodyFields fields;
    private final List<String> onlyThere = new ArrayList<>();
    private final ObjectNode out = JsonText.object();

    /** @param json becomes the request's own: our fields are taken out of it, and it must not be changed later */
    AnthropicRequest(ObjectNode json) {
        this.json = json;
        this.fields = BodyFields.of("", json);
    }

    AnthropicBody original() {
        return new AnthropicBody(json, onlyThere);
    }

    ObjectNode toOpenAi() {
        json.remove(List.of(Identity.SESSION_FIELD, Identity.USER_FIELD));
        ChatRequestParser.removeNulls(json);
        out.put("model", fields.requireFilled("model"));
        ArrayNode messages = out.putArray("messages");
        new AnthropicMessages(messages, onlyThere).read(fields);
        copyLimits();
        copyStops();
        new AnthropicTools(out, onlyThere).read(fields);
        copyThinking();
        copyMetadata();
        for (String name : (Iterable<String>) json::fieldNames) {
            if (!TRANSLATED.contains(name)) {
                onlyThere.add(FieldPath.shown(name));
            }
        }
        return out;
    }

    private void copyLimits() {
        if (fields.countFrom("max_tokens", 1) != null) {
            out.set("max_tokens", json.get("max_tokens"));
        }
        for (String name : List.of("temperature", "top_p")) {
            BigDecimal value = fields.number(name, 0, 1);
            if (value != null) {
                out.set(name, json.get(name));
            }
        }
        Boolean stream = fields.flag("stream");
        if (stream != null) {
            out.put("stream", stream);
        }
    }

    private void copyStops() {
        ArrayNode given = fields.array("stop_sequences");
        if (given == null || given.isEmpty()) {
            return;
        }
        ArrayNode stops = out.putArray("stop");
        for (int i = 0; i < given.size(); i++) {
            JsonNode stop = given.get(i);
            String param = FieldPath.of("stop_sequences", i);
            if (!stop.isTextual()) {
                throw Refusals.type(param, "a string", stop);
            }
            if (stop.textValue().isEmpty()) {
                throw Refusals.value(param, "must be a string that is not empty");
            }
            if (i < MAX_STOPS) {
                stops.add(stop);
            }
        }
        if (given.size() > MAX_STOPS) {
            onlyThere.add("stop_sequences");
        }
    }

    private void copyThinking() {
        String effort = null;
        BodyFields thinking = fields.object("thinking");
        if (thinking != null && thinking.requireText("type").equals("enabled")) {
            Long budget = thinking.countFrom("budget_tokens", 1);
            if (budget == null) {
                throw Refusals.missing(thinking.at("budget_tokens"), "a whole number of at least 1");
            }
            effort = budget <= LOW_BUDGET ? "low" : budget <= MEDIUM_BUDGET ? "medium" : "high";
        }
        BodyFields config = fields.object("output_config");
        if (config != null) {
            String asked = config.word("effort", EFFORTS);
            effort = asked == null ? effort : asked;
            copyFormat(config);
            for (String name : (Iterable<String>) config.node()::fieldNames) {
                if (!name.equals("effort") && !name.equals("format")) {
                    onlyThere.add(config.at(name));
                }
            }
        }
        if (effort != null) {
            out.put("reasoning_effort", effort);
        }
    }

    private void copyFormat(BodyFields config) {
        BodyFields format = config.object("format");
        if (format == null) {
            return;
        }
        if (!format.requireText("type").equals("json_schema")) {
            throw Refusals.value(format.at("type"), "must be json_schema");
        }
        ObjectNode schema =
                out.putObject("response_format").put("type", "json_schema").putObject("json_schema");
        schema.put("name", "answer");
        schema.set("schema", format.requireObject("schema").node());
        // Anthropic knows no other way than to follow the schema exactly.
        schema.put("strict", true);
    }

    private void copyMetadata() {
        BodyFields metadata = fields.object("metadata");
        String user = metadata == null ? null : metadata.text("user_id");
        if (user != null) {
            out.put("user", user);
        }
        String tier = fields.word("service_tier", List.of("auto", "standard_only"));
        if (tier != null && !tier.equals("auto")) {
            out.put("service_tier", "default");
        }
    }
}
