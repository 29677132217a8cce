package dev.caravan.provider;

import static dev.caravan.provider.RequestFields.Handling.ADJUSTED;
import static dev.caravan.provider.RequestFields.Handling.PASSED;
import static dev.caravan.provider.RequestFields.Handling.REFUSED;
import static dev.caravan.provider.RequestFields.Handling.TRANSLATED;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of OpenAI's request fields: what becomes of each with each provider's format. Nothing is dropped in silence: a
 * field that a format has no word for is either refused, or left out and named in the answer's adjustments. What a
 * TRANSLATED field becomes is its translator's business; single values of it may still be adjusted or refused there.
 *
 * <p>Source: openai 6.49.0, ChatCompletionCreateParams, read 2026-11-20; wire.md section 4 for the other formats.
 */
public final class RequestFields {

    /** Whose words a provider speaks. */
    public enum Format {
        OPENAI,
        ANTHROPIC,
        GOOGLE,
        DEMO
    }

    /** What becomes of a field. */
    public enum Handling {
        /** Sent on under its own name with its own value. */
        PASSED,
        /** Said in the provider's own words. */
        TRANSLATED,
        /** Left out, and named in {@code adjustments}. */
        ADJUSTED,
        /** 400 {@code unsupported_parameter} naming it. */
        REFUSED
    }

    /** One row: the field, and its handling by OPENAI, ANTHROPIC, GOOGLE and DEMO in this order. */
    private record Row(
            String field, Handling openai, Handling anthropic, Handling google, Handling demo, String reason) {
        Handling by(Format format) {
            return switch (format) {
                case OPENAI -> openai;
                case ANTHROPIC -> anthropic;
                case GOOGLE -> google;
                case DEMO -> demo;
            };
        }
    }

    private static final Map<String, Row> ROWS = rows(
            row("model", TRANSLATED, TRANSLATED, TRANSLATED, TRANSLATED, "the catalogue's upstream name"),
            row("messages", PASSED, TRANSLATED, TRANSLATED, TRANSLATED, "roles and parts differ"),
            row("stream", PASSED, TRANSLATED, TRANSLATED, TRANSLATED, "how the answer comes"),
            row("stream_options", PASSED, TRANSLATED, TRANSLATED, TRANSLATED, "usage is always asked for"),
            row("temperature", PASSED, TRANSLATED, TRANSLATED, ADJUSTED, "the demo model does not sample"),
            row("top_p", PASSED, TRANSLATED, TRANSLATED, ADJUSTED, "the demo model does not sample"),
            row("max_tokens", TRANSLATED, TRANSLATED, TRANSLATED, TRANSLATED, "the limit of the answer"),
            row("max_completion_tokens", TRANSLATED, TRANSLATED, TRANSLATED, TRANSLATED, "the limit of the answer"),
            row("stop", PASSED, TRANSLATED, TRANSLATED, ADJUSTED, "the demo model does not stop early"),
            row("n", PASSED, TRANSLATED, TRANSLATED, TRANSLATED, "1; more is refused: there is one choice"),
            row("tools", PASSED, TRANSLATED, TRANSLATED, ADJUSTED, "the demo model calls no tools"),
            row("tool_choice", PASSED, TRANSLATED, TRANSLATED, ADJUSTED, "the demo model calls no tools"),
            row("parallel_tool_calls", PASSED, TRANSLATED, ADJUSTED, ADJUSTED, "the provider has no such switch"),
            row("functions", PASSED, REFUSED, REFUSED, REFUSED, "deprecated: send tools"),
            row("function_call", PASSED, REFUSED, REFUSED, REFUSED, "deprecated: send tool_choice"),
            row("response_format", PASSED, TRANSLATED, TRANSLATED, REFUSED, "the demo model answers in plain text"),
            row("reasoning_effort", PASSED, TRANSLATED, TRANSLATED, ADJUSTED, "the model does not reason"),
            row("verbosity", PASSED, ADJUSTED, ADJUSTED, ADJUSTED, "the provider has no such setting"),
            row("seed", PASSED, ADJUSTED, TRANSLATED, ADJUSTED, "the provider has no such setting"),
            row("presence_penalty", PASSED, ADJUSTED, TRANSLATED, ADJUSTED, "the provider has no such setting"),
            row("frequency_penalty", PASSED, ADJUSTED, TRANSLATED, ADJUSTED, "the provider has no such setting"),
            row("logit_bias", PASSED, ADJUSTED, ADJUSTED, ADJUSTED, "token ids mean nothing to another provider"),
            row("logprobs", PASSED, REFUSED, REFUSED, REFUSED, "the answer could not hold them"),
            row("top_logprobs", PASSED, REFUSED, REFUSED, REFUSED, "the answer could not hold them"),
            row("user", PASSED, TRANSLATED, ADJUSTED, ADJUSTED, "the provider has no such setting"),
            row("safety_identifier", PASSED, TRANSLATED, ADJUSTED, ADJUSTED, "the provider has no such setting"),
            row("prompt_cache_key", PASSED, ADJUSTED, ADJUSTED, ADJUSTED, "the provider has no such setting"),
            row("prompt_cache_retention", PASSED, ADJUSTED, ADJUSTED, ADJUSTED, "the provider has no such setting"),
            row("service_tier", PASSED, ADJUSTED, ADJUSTED, ADJUSTED, "the provider has tiers of its own"),
            row("store", PASSED, ADJUSTED, ADJUSTED, ADJUSTED, "the provider stores nothing"),
            row("metadata", PASSED, ADJUSTED, ADJUSTED, ADJUSTED, "goes with store"),
            row("prediction", PASSED, ADJUSTED, ADJUSTED, ADJUSTED, "the provider has no such setting"),
            row("modalities", PASSED, REFUSED, REFUSED, REFUSED, "this provider answers in text"),
            row("audio", PASSED, REFUSED, REFUSED, REFUSED, "this provider answers in text"),
            row("web_search_options", PASSED, REFUSED, REFUSED, REFUSED, "this provider is not told to search"));

    private RequestFields() {}

    /** The fields of the table, in its order. */
    public static List<String> names() {
        return List.copyOf(ROWS.keySet());
    }

    /** What becomes of a field; null for a field that is not in the table. */
    public static @Nullable Handling handling(String field, Format format) {
        Row row = ROWS.get(field);
        return row == null ? null : row.by(format);
    }

    /**
     * Goes through every field of the caller's body: refuses what must be refused, and notes what is left out. The translator
     * says the rest.
     *
     * @throws RequestException naming a field that this format cannot be told
     */
    static void check(ChatRequest request, Format format, Adjustments adjustments) {
        for (Map.Entry<String, JsonNode> field : request.body().properties()) {
            Row row = ROWS.get(field.getKey());
            Handling handling = row == null ? (format == Format.OPENAI ? PASSED : REFUSED) : row.by(format);
            if (handling == REFUSED) {
                throw refusal(field.getKey(), row == null ? "this provider does not know it" : row.reason());
            }
            if (handling == ADJUSTED && row != null) {
                adjustments.leftOut(field.getKey(), field.getValue(), row.reason());
            }
        }
    }

    /**
     * Refuses a field inside a message, a part or a tool that nobody here reads. A null, an empty list or an empty object says
     * nothing, so it is passed over: OpenAI's SDK writes such fields into every message that it sends back.
     *
     * @param path of the object in the caller's body
     */
    static void refuseUnknown(JsonNode object, String path, Set<String> known) {
        if (!object.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            boolean says = !value.isNull() && !(value.isContainerNode() && value.isEmpty());
            if (says && !known.contains(field.getKey())) {
                throw refusal(path + "." + field.getKey(), "this provider does not know it");
            }
        }
    }

    /** The refusal of a field, by its path in the caller's body. */
    static RequestException refusal(String path, String reason) {
        return new RequestException(
                ErrorCode.UNSUPPORTED_PARAMETER, path + " is not supported by this model's provider: " + reason, path);
    }

    /** The table for people, in Markdown. */
    public static String markdown() {
        StringBuilder table =
                new StringBuilder("| Field | OpenAI | Anthropic | Google | demo |\n|---|---|---|---|---|\n");
        for (Row row : ROWS.values()) {
            table.append("| `").append(row.field()).append("` |");
            List<Handling> all = new ArrayList<>(List.of(row.openai(), row.anthropic(), row.google(), row.demo()));
            all.forEach(handling -> table.append(' ')
                    .append(handling.name().toLowerCase(java.util.Locale.ROOT))
                    .append(" |"));
            table.append('\n');
        }
        return table.toString();
    }

    private static Row row(
            String field, Handling openai, Handling anthropic, Handling google, Handling demo, String reason) {
        return new Row(field, openai, anthropic, google, demo, reason);
    }

    private static Map<String, Row> rows(Row... rows) {
        Map<String, Row> byField = new LinkedHashMap<>();
        for (Row row : rows) {
            byField.put(row.field(), row);
        }
        return byField;
    }
}
