package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ResponseFormat;
import dev.caravan.wire.Tool;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request in OpenAI's format, with every check that needs no catalogue. Source: openai 6.49.0,
 * ChatCompletionCreateParams, read 2026-11-20. Stateless, safe for all threads.
 */
final class ChatRequestParser {

    private static final List<String> EFFORTS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");
    private static final int MAX_STOPS = 4;
    private static final int MAX_CHOICES = 128;

    private ChatRequestParser() {}

    /**
     * @param body becomes the request's own: it is changed here and must not be changed later
     * @throws RequestException 400 that names the field
     */
    static ChatRequest parse(ObjectNode body, Identity identity) {
        removeNulls(body);
        body.remove(List.of(Identity.SESSION_FIELD, Identity.USER_FIELD));
        BodyFields request = BodyFields.of("", body);
        String model = request.requireFilled("model");
        List<ChatMessage> messages = MessageReader.read(request);
        List<Tool> tools = ToolReader.tools(request);
        checkWhatNoRecordHolds(request);
        return new ChatRequest(
                model,
                messages,
                request.number("temperature", 0, 2),
                request.number("top_p", 0, 1),
                maxTokens(request),
                stop(request),
                tools,
                ToolReader.choice(request, tools),
                request.flag("parallel_tool_calls"),
                responseFormat(request),
                request.word("reasoning_effort", EFFORTS),
                request.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                request.number("presence_penalty", -2, 2),
                request.number("frequency_penalty", -2, 2),
                user(request),
                Boolean.TRUE.equals(request.flag("stream")),
                identity.sessionId(),
                identity.userId(),
                body);
    }

    /** At the top only: inside a tool's schema null has a meaning. */
    static void removeNulls(ObjectNode body) {
        Iterator<Map.Entry<String, JsonNode>> fields = body.fields();
        while (fields.hasNext()) {
            if (fields.next().getValue().isNull()) {
                fields.remove();
            }
        }
    }

    /** Fields that are read from the body where they are needed. */
    private static void checkWhatNoRecordHolds(BodyFields request) {
        request.whole("n", 1, MAX_CHOICES);
        request.flag("logprobs");
        request.whole("top_logprobs", 0, 20);
        request.text("safety_identifier");
        BodyFields options = request.object("stream_options");
        if (options != null) {
            options.flag("include_usage");
        }
        BodyFields bias = request.object("logit_bias");
        if (bias != null) {
            bias.node().fieldNames().forEachRemaining(token -> bias.number(token, -100, 100));
        }
    }

    private static @Nullable Integer maxTokens(BodyFields request) {
        Long old = request.countFrom("max_tokens", 1);
        Long current = request.countFrom("max_completion_tokens", 1);
        if (old != null && current != null && !old.equals(current)) {
            throw Refusals.value("max_tokens", "and max_completion_tokens must be the same where both are given");
        }
        Long tokens = current == null ? old : current;
        // More than an int holds is more than any model gives; the check against the model says so in its own words.
        return tokens == null ? null : (int) Math.min(tokens, Integer.MAX_VALUE);
    }

    private static List<String> stop(BodyFields request) {
        JsonNode value = request.find("stop");
        if (value == null) {
            return List.of();
        }
        List<String> stops = new ArrayList<>();
        if (value instanceof ArrayNode array) {
            if (array.size() > MAX_STOPS) {
                throw Refusals.outOfRange("stop", "must have at most " + MAX_STOPS + " strings, had " + array.size());
            }
            for (int i = 0; i < array.size(); i++) {
                stops.add(stop(FieldPath.of("stop", i), array.get(i), "a string"));
            }
        } else {
            stops.add(stop("stop", value, "a string or an array of at most " + MAX_STOPS + " strings"));
        }
        return stops;
    }

    private static String stop(String param, JsonNode value, String expected) {
        if (!value.isTextual()) {
            throw Refusals.type(param, expected, value);
        }
        if (value.textValue().isEmpty()) {
            throw Refusals.value(param, "must be a string that is not empty");
        }
        return value.textValue();
    }

    private static @Nullable ResponseFormat responseFormat(BodyFields request) {
        BodyFields format = request.object("response_format");
        if (format == null) {
            return null;
        }
        return switch (format.requireText("type")) {
            case "text" -> new ResponseFormat(ResponseFormat.Kind.TEXT, null, null, null);
            case "json_object" -> new ResponseFormat(ResponseFormat.Kind.JSON_OBJECT, null, null, null);
            case "json_schema" -> {
                BodyFields schema = format.requireObject("json_schema");
                yield new ResponseFormat(
                        ResponseFormat.Kind.JSON_SCHEMA,
                        schema.requireFilled("name"),
                        schema.requireObject("schema").node(),
                        schema.flag("strict"));
            }
            default -> throw Refusals.value(format.at("type"), "must be one of text, json_object, json_schema");
        };
    }

    private static @Nullable String user(BodyFields request) {
        String user = request.text("user");
        return user == null ? request.text("safety_identifier") : user;
    }
}
