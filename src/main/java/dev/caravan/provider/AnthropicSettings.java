package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ResponseFormat;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything of a request but its messages and tools, in Anthropic's words.
 *
 * <p>Source: @anthropic-ai/sdk 1.12.0, MessageCreateParams and OutputConfig, read 2026-11-20.
 */
final class AnthropicSettings {

    static final String NO_SAMPLING = "the model takes no sampling parameters";

    private static final String THINKING = "the model is asked to think, and then takes only its default";

    /** What an image or a document counts for in the default limit; most have fewer tokens than half of this. */
    private static final long SOURCE_BYTES = 10_000;

    private final ChatRequest request;
    private final Model model;
    private final Adjustments adjustments;

    AnthropicSettings(ChatRequest request, Model model, Adjustments adjustments) {
        this.request = request;
        this.model = model;
        this.adjustments = adjustments;
    }

    void write(ObjectNode body) {
        JsonNode n = request.body().path("n");
        if (n.isNumber() && n.intValue() != 1) {
            throw new RequestException(ErrorCode.OUT_OF_RANGE, "n must be 1: an answer has one choice", "n");
        }
        int limit = request.maxTokens() == null ? defaultLimit(body) : request.maxTokens();
        body.put("max_tokens", limit);
        boolean thinks = new AnthropicThinking(request, model, adjustments).write(body, limit);
        sampling(body, thinks);
        stop(body);
        format(body);
        user(body);
        if (request.stream()) {
            body.put("stream", true);
        }
    }

    /** The model's maximum, or what its context leaves if that is less. */
    private int defaultLimit(ObjectNode body) {
        long bytes = bytes(body.path("system")) + bytes(body.path("messages")) + bytes(body.path("tools"));
        // Half a byte-count is more than the tokens of any real text; the rest of the window always stays for the
        // answer.
        long left = model.contextWindow() - Math.min(bytes / 2, model.contextWindow() * 85 / 100);
        return (int) Math.max(1, Math.min(model.maxOutputTokens(), left));
    }

    /** Field names count as well: a tool's schema is full of them. */
    private static long bytes(JsonNode node) {
        if (node.isValueNode()) {
            return node.asText().getBytes(StandardCharsets.UTF_8).length;
        }
        long sum = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            sum += field.getKey().getBytes(StandardCharsets.UTF_8).length;
            sum += field.getKey().equals("source") ? SOURCE_BYTES : bytes(field.getValue());
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                sum += bytes(element);
            }
        }
        return sum;
    }

    private void sampling(ObjectNode body, boolean thinks) {
        BigDecimal temperature = request.temperature();
        BigDecimal topP = request.topP();
        String reason = thinks ? THINKING : NO_SAMPLING;
        if (thinks || !model.capabilities().sampling()) {
            leaveOut("temperature", temperature, reason);
            leaveOut("top_p", topP, reason);
            return;
        }
        if (temperature != null) {
            JsonNode given = request.body().path("temperature");
            if (temperature.compareTo(BigDecimal.ONE) > 0) {
                adjustments.changed("temperature", given, IntNode.valueOf(1), "the provider's temperature ends at 1");
                body.put("temperature", 1);
            } else {
                body.set("temperature", given);
            }
        }
        if (topP != null && temperature != null && !model.upstreamModel().startsWith("claude-3")) {
            leaveOut("top_p", topP, "the model takes temperature or top_p, not both");
        } else if (topP != null) {
            body.set("top_p", request.body().path("top_p"));
        }
    }

    private void leaveOut(String param, @Nullable BigDecimal value, String reason) {
        if (value != null) {
            adjustments.leftOut(param, request.body().path(param), reason);
        }
    }

    private void stop(ObjectNode body) {
        if (request.stop().isEmpty()) {
            return;
        }
        for (String sequence : request.stop()) {
            if (sequence.isBlank()) {
                throw RequestFields.refusal("stop", "its stop sequences hold more than white space");
            }
        }
        request.stop().forEach(body.putArray("stop_sequences")::add);
    }

    private void format(ObjectNode body) {
        ResponseFormat format = request.responseFormat();
        if (format == null || format.kind() == ResponseFormat.Kind.TEXT) {
            return;
        }
        if (format.kind() == ResponseFormat.Kind.JSON_OBJECT) {
            throw RequestFields.refusal("response_format", "it has no mode for any JSON; send a json_schema");
        }
        outputConfig(body).putObject("format").put("type", "json_schema").set("schema", format.schema());
        if (Boolean.FALSE.equals(format.strict())) {
            adjustments.changed(
                    "response_format.json_schema.strict",
                    BooleanNode.FALSE,
                    BooleanNode.TRUE,
                    "the provider always keeps to the schema");
        }
    }

    /** As a hash, because Anthropic wants no names there; the same user always has the same one. */
    private void user(ObjectNode body) {
        String user = request.user();
        if (user != null) {
            body.putObject("metadata").put("user_id", sha256(user));
            JsonNode other = request.body().path("safety_identifier");
            if (other.isTextual() && !other.textValue().equals(user)) {
                adjustments.leftOut("safety_identifier", other, "the provider takes one of them, and user was given");
            }
        }
    }

    static ObjectNode outputConfig(ObjectNode body) {
        return body.get("output_config") instanceof ObjectNode there ? there : body.putObject("output_config");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
