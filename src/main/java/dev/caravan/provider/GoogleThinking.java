package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.catalog.Capabilities;
import dev.caravan.catalog.Capabilities.ReasoningControl;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's {@code reasoning_effort} as Gemini's {@code thinkingConfig}: a level for Gemini 3, a number of tokens for 2.5.
 *
 * <p>Source: @google/genai 2.32.0, ThinkingConfig and ThinkingLevel, read 2026-11-20.
 */
final class GoogleThinking {

    /** The largest budget that every 2.5 model takes. */
    private static final int LARGEST_BUDGET = 24_576;

    /** The smallest budget of the one model that cannot stop thinking. */
    private static final int SMALLEST_PRO_BUDGET = 128;

    private GoogleThinking() {}

    static void write(@Nullable String effort, Model model, ObjectNode config, Adjustments adjustments) {
        if (effort == null) {
            return;
        }
        Capabilities capabilities = model.capabilities();
        ReasoningControl control = capabilities.reasoning() ? capabilities.reasoningControl() : null;
        if (control == ReasoningControl.LEVEL) {
            config.putObject("thinkingConfig").put("thinkingLevel", level(effort, adjustments));
        } else if (control == ReasoningControl.BUDGET) {
            config.putObject("thinkingConfig").put("thinkingBudget", budget(effort, model, adjustments));
        } else {
            adjustments.leftOut(
                    "reasoning_effort",
                    TextNode.valueOf(effort),
                    capabilities.reasoning() ? "the model's reasoning cannot be steered" : "the model does not reason");
        }
    }

    private static String level(String effort, Adjustments adjustments) {
        return switch (effort) {
            case "none" -> {
                changed(effort, TextNode.valueOf("minimal"), "the model cannot stop reasoning", adjustments);
                yield "MINIMAL";
            }
            case "minimal", "low", "medium", "high" -> effort.toUpperCase(Locale.ROOT);
            case "xhigh", "max" -> {
                changed(effort, TextNode.valueOf("high"), "the model's highest level", adjustments);
                yield "HIGH";
            }
            default -> throw unknown();
        };
    }

    private static int budget(String effort, Model model, Adjustments adjustments) {
        return switch (effort) {
            case "none" -> {
                if (!model.upstreamModel().startsWith("gemini-2.5-pro")) {
                    yield 0;
                }
                changed(
                        effort,
                        IntNode.valueOf(SMALLEST_PRO_BUDGET),
                        "the model cannot stop reasoning; this many tokens are its least",
                        adjustments);
                yield SMALLEST_PRO_BUDGET;
            }
            case "minimal" -> 512;
            case "low" -> 1024;
            case "medium" -> 8192;
            case "high" -> LARGEST_BUDGET;
            case "xhigh", "max" -> {
                changed(effort, TextNode.valueOf("high"), "the model's largest budget", adjustments);
                yield LARGEST_BUDGET;
            }
            default -> throw unknown();
        };
    }

    private static void changed(String effort, JsonNode to, String reason, Adjustments adjustments) {
        adjustments.changed("reasoning_effort", TextNode.valueOf(effort), to, reason);
    }

    private static RequestException unknown() {
        return new RequestException(
                ErrorCode.INVALID_VALUE,
                "reasoning_effort must be none, minimal, low, medium, high, xhigh or max",
                "reasoning_effort");
    }
}
