package dev.caravan.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Capabilities;
import dev.caravan.catalog.Capabilities.ReasoningControl;
import dev.caravan.catalog.Model;
import dev.caravan.catalog.Pricing;
import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ContentPart;
import dev.caravan.wire.ResponseFormat;
import dev.caravan.wire.Role;
import dev.caravan.wire.Tool;
import dev.caravan.wire.ToolCall;
import dev.caravan.wire.ToolChoice;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests in OpenAI's format read for tests, without the checks that a dialect makes; and a few models. */
final class ChatRequests {

    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static final Model GPT_4O =
            model("gpt-4o", "openai", 128_000, 16_384, new Capabilities(true, true, false, true, null));
    static final Model O3 =
            model("o3", "openai", 200_000, 100_000, new Capabilities(true, true, true, false, ReasoningControl.EFFORT));
    static final Model CLAUDE_SONNET_4_5 = model(
            "claude-sonnet-4-5",
            "anthropic",
            200_000,
            64_000,
            new Capabilities(true, true, true, true, ReasoningControl.BUDGET));
    static final Model CLAUDE_OPUS_4_7 = model(
            "claude-opus-4-7",
            "anthropic",
            1_000_000,
            128_000,
            new Capabilities(true, true, true, false, ReasoningControl.EFFORT));
    static final Model GEMINI_2_5_FLASH = model(
            "gemini-2.5-flash",
            "google",
            1_048_576,
            65_536,
            new Capabilities(true, true, true, true, ReasoningControl.BUDGET));
    static final Model GEMINI_3_FLASH = model(
            "gemini-3-flash-preview",
            "google",
            1_048_576,
            65_536,
            new Capabilities(true, true, true, true, ReasoningControl.LEVEL));
    static final Model DEMO = model("demo", "demo", 8_192, 1_024, new Capabilities(false, false, false, false, null));

    private static final Map<String, Model> MODELS = Map.of(
            "gpt-4o", GPT_4O,
            "o3", O3,
            "claude-sonnet-4-5", CLAUDE_SONNET_4_5,
            "claude-opus-4-7", CLAUDE_OPUS_4_7,
            "gemini-2.5-flash", GEMINI_2_5_FLASH,
            "gemini-3-flash-preview", GEMINI_3_FLASH,
            "demo", DEMO);

    private ChatRequests() {}

    /** The sample model of that public name. */
    static Model model(String id) {
        Model model = MODELS.get(id);
        if (model == null) {
            throw new IllegalArgumentException("no sample model " + id);
        }
        return model;
    }

    static Model model(String id, String provider, long context, int maxOutput, Capabilities capabilities) {
        Pricing pricing = new Pricing(new BigDecimal("0.001"), new BigDecimal("0.002"), null, null, null, List.of());
        return new Model(id, provider, id, id, context, maxOutput, pricing, capabilities);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The request of a body in OpenAI's format; {@code session_id} and {@code user_id} in it are ours. */
    static ChatRequest read(String text) {
        return read((ObjectNode) json(text));
    }

    static ChatRequest read(ObjectNode given) {
        ObjectNode body = given.deepCopy();
        String session = body.path("session_id").asText("session-1");
        String user = body.path("user_id").asText("anonymous");
        body.remove(List.of("session_id", "user_id"));
        body.properties().removeIf(field -> field.getValue().isNull());
        JsonNode limit = body.has("max_completion_tokens") ? body.get("max_completion_tokens") : body.get("max_tokens");
        String endUser = text(body.get("user"));
        return new ChatRequest(
                body.path("model").asText(),
                messages(body.path("messages")),
                decimal(body.get("temperature")),
                decimal(body.get("top_p")),
                limit == null ? null : limit.intValue(),
                stop(body.get("stop")),
                tools(body.path("tools")),
                toolChoice(body.get("tool_choice")),
                bool(body.get("parallel_tool_calls")),
                responseFormat(body.get("response_format")),
                text(body.get("reasoning_effort")),
                body.has("seed") ? Long.valueOf(body.get("seed").longValue()) : null,
                decimal(body.get("presence_penalty")),
                decimal(body.get("frequency_penalty")),
                endUser == null ? text(body.get("safety_identifier")) : endUser,
                body.path("stream").asBoolean(),
                session,
                user,
                body);
    }

    private static List<ChatMessage> messages(JsonNode array) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : array) {
            Role role = Role.of(message.path("role").asText());
            if (role == null) {
                throw new IllegalArgumentException("no role: " + message);
            }
            messages.add(new ChatMessage(
                    role,
                    content(message),
                    toolCalls(message.path("tool_calls")),
                    text(message.get("tool_call_id")),
                    text(message.get("name"))));
        }
        return messages;
    }

    private static List<ContentPart> content(JsonNode message) {
        List<ContentPart> parts = new ArrayList<>();
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            parts.add(new ContentPart.Text(content.textValue()));
        }
        if (content.isArray()) {
            for (JsonNode part : content) {
                parts.add(part(part));
            }
        }
        if (message.path("refusal").isTextual()) {
            parts.add(new ContentPart.Refusal(message.get("refusal").textValue()));
        }
        return parts;
    }

    private static ContentPart part(JsonNode part) {
        String type = part.path("type").asText();
        return switch (type) {
            case "text" -> new ContentPart.Text(part.path("text").asText());
            case "image_url" ->
                new ContentPart.Image(
                        part.path("image_url").path("url").asText(),
                        text(part.path("image_url").get("detail")));
            case "refusal" -> new ContentPart.Refusal(part.path("refusal").asText());
            default -> new ContentPart.Other(type, part);
        };
    }

    private static List<ToolCall> toolCalls(JsonNode array) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : array) {
            JsonNode function = call.path("function");
            calls.add(new ToolCall(
                    call.path("id").asText(),
                    function.path("name").asText(),
                    function.path("arguments").asText(),
                    text(call.at("/extra_content/google/thought_signature")),
                    call));
        }
        return calls;
    }

    private static List<String> stop(@Nullable JsonNode stop) {
        List<String> sequences = new ArrayList<>();
        if (stop != null && stop.isTextual()) {
            sequences.add(stop.textValue());
        } else if (stop != null) {
            stop.forEach(sequence -> sequences.add(sequence.textValue()));
        }
        return sequences;
    }

    private static List<Tool> tools(JsonNode array) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : array) {
            String type = tool.path("type").asText();
            JsonNode function = tool.path(type);
            tools.add(new Tool(
                    type,
                    function.path("name").asText(),
                    text(function.get("description")),
                    function.get("parameters"),
                    bool(function.get("strict"))));
        }
        return tools;
    }

    private static @Nullable ToolChoice toolChoice(@Nullable JsonNode choice) {
        if (choice == null) {
            return null;
        }
        if (choice.isTextual()) {
            return new ToolChoice(ToolChoice.Mode.valueOf(choice.textValue().toUpperCase(Locale.ROOT)), null);
        }
        return choice.path("type").asText().equals("function")
                ? new ToolChoice(
                        ToolChoice.Mode.NAMED,
                        choice.path("function").path("name").asText())
                : new ToolChoice(ToolChoice.Mode.OTHER, null);
    }

    private static @Nullable ResponseFormat responseFormat(@Nullable JsonNode format) {
        if (format == null) {
            return null;
        }
        JsonNode schema = format.path("json_schema");
        return new ResponseFormat(
                ResponseFormat.Kind.valueOf(format.path("type").asText().toUpperCase(Locale.ROOT)),
                text(schema.get("name")),
                schema.get("schema"),
                bool(schema.get("strict")));
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null || !node.isTextual() ? null : node.textValue();
    }

    private static @Nullable Boolean bool(@Nullable JsonNode node) {
        return node == null ? null : Boolean.valueOf(node.booleanValue());
    }

    private static @Nullable BigDecimal decimal(@Nullable JsonNode node) {
        return node == null ? null : node.decimalValue();
    }
}
