package dev.caravan.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider's whole answer in our vocabulary: always one choice, always a finish reason.
 *
 * @param id the provider's id of the answer, or one that we made
 * @param content the text parts joined with nothing between; empty where there is none. Never reasoning text.
 * @param refusal the model's words of refusal; null where it did not refuse
 * @param toolCalls empty: none
 * @param nativeFinishReason the provider's own word; null where it gave none
 * @param reasoning the model's private reasoning, in the provider's own blocks; null where there is none. Only the
 *     Anthropic dialect shows it.
 * @param logprobs as OpenAI gives them; null where none were asked for
 * @param providerBody the provider's own body, for a caller who speaks its format
 */
public record ChatResponse(
        String id,
        String content,
        @Nullable String refusal,
        List<ToolCall> toolCalls,
        FinishReason finishReason,
        @Nullable String nativeFinishReason,
        ReportedUsage usage,
        @Nullable JsonNode reasoning,
        @Nullable JsonNode logprobs,
        @Nullable ObjectNode providerBody) {

    public ChatResponse {
        toolCalls = List.copyOf(toolCalls);
    }

    /** As it is, but the completion's tokens are unknown: a stream that was left in the middle has not counted them yet. */
    public ChatResponse withoutCompletionCount() {
        ReportedUsage known = new ReportedUsage(
                usage.promptTokens(),
                null,
                usage.cachedTokens(),
                usage.cacheWriteTokens(),
                usage.cacheWrite1hTokens(),
                null);
        return new ChatResponse(
                id,
                content,
                refusal,
                toolCalls,
                finishReason,
                nativeFinishReason,
                known,
                reasoning,
                logprobs,
                providerBody);
    }
}
