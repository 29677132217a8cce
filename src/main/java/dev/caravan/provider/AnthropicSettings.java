package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.catalog.Capabilities.ReasoningControl;
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
 * <p>Source: @anthropic-ai/sdk 1.12.0, MessageCreateParams, ThinkingConfigParam and OutputConfig, read 2026-11-20.
 */
final class AnthropicSettings {

    static final String NO_SAMPLING = "the model takes no sampling parameters";

    private static final String THINKING = "the model is asked to think, and then takes only its default";

    /** Anthropic's smallest budget, tokens. */
    private static final int LEAST_BUDGET = 1024;

    /** Tokens for an effort, as Anthropic's own migration guide sizes them; each below the answer's limit. */
    private static final Map<String, Integer> BUDGETS =
            Map.of("low", LEAST_BUDGET, "medium", 4096, "high", 16_384, "xhigh", 24_576, "max", 32_768);

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
        int limit = request.maxTokens() == null ? defaultLimit() : request.maxTokens();
        body.put("max_tokens", limit);
        boolean thinks = reasoning(body, limit);
        sampling(body, thinks);
        stop(body);
        format(body);
        user(body);
        if (request.stream()) {
            body.put("stream", true);
        }
    }

    /** The model's maximum, or what its context leaves if that is less; a prompt has never more tokens than bytes. */
    private int defaultLimit() {
        long bytes = request.messages().stream()
                .mapToLong(message -> message.text().getBytes(StandardCharsets.UTF_8).length)
                .sum();
        // Half a byte-count is more than any prompt of real text has; it only matters near the window's end.
        long left = model.contextWindow() - Math.min(bytes / 2, model.contextWindow() * 85 / 100);
        return (int) Math.max(1, Math.min(model.maxOutputTokens(), left));
    }

    /** Answers whether the model is asked to think. */
    private boolean reasoning(ObjectNode body, int limit) {
        String effort = request.reasoningEffort();
        if (effort == null) {
            return false;
        }
        JsonNode given = TextNode.valueOf(effort);
        ReasoningControl control = model.capabilities().reasoningControl();
        if (!model.capabilities().reasoning() || control == null) {
            adjustments.leftOut("reasoning_effort", given, "the model does not reason");
            return false;
        }
        if (effort.equals("none")) {
            body.putObject("thinking").put("type", "disabled");
            return false;
        }
        if (control == ReasoningControl.EFFORT) {
            String word = effort.equals("minimal") ? "low" : effort;
            if (!word.equals(effort)) {
                adjustments.changed("reasoning_effort", given, TextNode.valueOf(word), "the provider's least effort");
            }
            outputConfig(body).put("effort", word);
            return false;
        }
        Integer wanted = BUDGETS.get(effort.equals("minimal") ? "low" : effort);
        if (wanted == null || limit <= LEAST_BUDGET) {
            adjustments.leftOut(
                    "reasoning_effort",
                    given,
                    "the answer's limit leaves no room for " + LEAST_BUDGET + " tokens of it");
            return false;
        }
        body.putObject("thinking").put("type", "enabled").put("budget_tokens", Math.min(wanted, limit - 1));
        forcedTool(body);
        return true;
    }

    /** A model that thinks chooses its tools itself. */
    private void forcedTool(ObjectNode body) {
        String type = body.path("tool_choice").path("type").asText();
        if (type.equals("any") || type.equals("tool")) {
            adjustments.changed(
                    "tool_choice",
                    request.body().path("tool_choice"),
                    TextNode.valueOf("auto"),
                    "a model that thinks chooses its tools itself");
            ((ObjectNode) body.get("tool_choice")).put("type", "auto").remove("name");
        }
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
        }
    }

    private static ObjectNode outputConfig(ObjectNode body) {
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
