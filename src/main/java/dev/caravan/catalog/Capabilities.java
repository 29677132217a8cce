package dev.caravan.catalog;

import org.jspecify.annotations.Nullable;

/**
 * What a model can take.
 *
 * @param sampling whether it accepts temperature, top_p and top_k
 * @param reasoningControl how its reasoning is steered; null where it cannot be, or where {@code reasoning} is false
 */
public record Capabilities(
        boolean vision,
        boolean tools,
        boolean reasoning,
        boolean sampling,
        @Nullable ReasoningControl reasoningControl) {

    /** The provider's own way of saying how hard to think. */
    public enum ReasoningControl {
        /** A word: OpenAI's {@code reasoning_effort}, Anthropic's {@code output_config.effort}. */
        EFFORT,
        /** A number of tokens: Anthropic's {@code thinking.budget_tokens}, Gemini 2.5's {@code thinkingBudget}. */
        BUDGET,
        /** Gemini 3's {@code thinkingLevel}. */
        LEVEL
    }
}
