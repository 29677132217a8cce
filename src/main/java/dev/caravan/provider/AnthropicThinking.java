package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.catalog.Capabilities.ReasoningControl;
import dev.caravan.catalog.Model;
import dev.caravan.wire.ChatRequest;
import java.util.Map;

/**
 * How hard the model is asked to think: a word for newer models, a number of tokens for older ones.
 *
 * <p>Source: @anthropic-ai/sdk 1.12.0, ThinkingConfigParam and OutputConfig, read 2026-11-20.
 */
final class AnthropicThinking {

    /** Anthropic's smallest budget, tokens. */
    private static final int LEAST_BUDGET = 1024;

    /** Tokens for an effort, as Anthropic's own migration guide sizes them; each below the answer's limit. */
    private static final Map<String, Integer> BUDGETS =
            Map.of("low", LEAST_BUDGET, "medium", 4096, "high", 16_384, "xhigh", 24_576, "max", 32_768);

    private final ChatRequest request;
    private final Model model;
    private final Adjustments adjustments;

    AnthropicThinking(ChatRequest request, Model model, Adjustments adjustments) {
        this.request = request;
        this.model = model;
        this.adjustments = adjustments;
    }

    /** Answers whether the model is asked to think, within a limit of the whole answer. */
    boolean write(ObjectNode body, int limit) {
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
            AnthropicSettings.outputConfig(body).put("effort", word);
            return false;
        }
        if (effort.equals("minimal")) {
            adjustments.changed(
                    "reasoning_effort",
                    given,
                    TextNode.valueOf("none"),
                    "the provider's least budget is " + LEAST_BUDGET);
            body.putObject("thinking").put("type", "disabled");
            return false;
        }
        Integer wanted = BUDGETS.get(effort);
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
}
