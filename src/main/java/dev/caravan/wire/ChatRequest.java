package dev.caravan.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chat request that has passed every check that needs no catalogue. Translators for other formats read the typed parts;
 * the translator for OpenAI's format sends {@code body} on, so that nothing of it is lost.
 *
 * @param model the public name that the caller asked for
 * @param messages at least one of them is a user's
 * @param temperature 0 to 2; null: the provider's default
 * @param topP 0 to 1; null: the provider's default
 * @param maxTokens {@code max_completion_tokens}, or {@code max_tokens}; at least 1; null: not given
 * @param stop at most 4 sequences; empty: none
 * @param tools empty: none
 * @param toolChoice null: not given
 * @param parallelToolCalls null: not given
 * @param responseFormat null: not given, which means text
 * @param reasoningEffort {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code high}, {@code xhigh} or
 *     {@code max}; null: not given
 * @param seed null: not given
 * @param presencePenalty -2 to 2; null: not given
 * @param frequencyPenalty -2 to 2; null: not given
 * @param user OpenAI's {@code user} (or {@code safety_identifier}), the caller's word for its own end user; null: not given
 * @param stream whether the answer should come in pieces
 * @param sessionId verbatim; never null (made by the gateway where the caller gave none)
 * @param userId verbatim; {@code anonymous} where the caller gave none
 * @param body the request in OpenAI's format as it came, unknown fields included, without {@code null} fields and without
 *     our own {@code session_id} and {@code user_id}. Not to be changed: copy first.
 * @param anthropic what an Anthropic caller sent, for a provider that speaks that format; null for all other callers
 */
public record ChatRequest(
        String model,
        List<ChatMessage> messages,
        @Nullable BigDecimal temperature,
        @Nullable BigDecimal topP,
        @Nullable Integer maxTokens,
        List<String> stop,
        List<Tool> tools,
        @Nullable ToolChoice toolChoice,
        @Nullable Boolean parallelToolCalls,
        @Nullable ResponseFormat responseFormat,
        @Nullable String reasoningEffort,
        @Nullable Long seed,
        @Nullable BigDecimal presencePenalty,
        @Nullable BigDecimal frequencyPenalty,
        @Nullable String user,
        boolean stream,
        String sessionId,
        String userId,
        ObjectNode body,
        @Nullable AnthropicBody anthropic) {

    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    public ChatRequest {
        messages = List.copyOf(messages);
        stop = List.copyOf(stop);
        tools = List.copyOf(tools);
    }

    /** A request of a caller who speaks OpenAI's format. */
    public ChatRequest(
            String model,
            List<ChatMessage> messages,
            @Nullable BigDecimal temperature,
            @Nullable BigDecimal topP,
            @Nullable Integer maxTokens,
            List<String> stop,
            List<Tool> tools,
            @Nullable ToolChoice toolChoice,
            @Nullable Boolean parallelToolCalls,
            @Nullable ResponseFormat responseFormat,
            @Nullable String reasoningEffort,
            @Nullable Long seed,
            @Nullable BigDecimal presencePenalty,
            @Nullable BigDecimal frequencyPenalty,
            @Nullable String user,
            boolean stream,
            String sessionId,
            String userId,
            ObjectNode body) {
        this(
                model,
                messages,
                temperature,
                topP,
                maxTokens,
                stop,
                tools,
                toolChoice,
                parallelToolCalls,
                responseFormat,
                reasoningEffort,
                seed,
                presencePenalty,
                frequencyPenalty,
                user,
                stream,
                sessionId,
                userId,
                body,
                null);
    }

    /** The same request with what an Anthropic caller sent. */
    public ChatRequest with(AnthropicBody original) {
        return copy(userId, body, original);
    }

    /** The same request in the name of another user of ours; what the provider is told stays as it is. */
    public ChatRequest withUser(String user) {
        return copy(user, body, anthropic);
    }

    /** What is worth keeping of a request that no provider is asked again: its body is empty. */
    public ChatRequest withoutBody() {
        return copy(userId, NOTHING, null);
    }

    private ChatRequest copy(String ours, ObjectNode sent, @Nullable AnthropicBody original) {
        return new ChatRequest(
                model,
                messages,
                temperature,
                topP,
                maxTokens,
                stop,
                tools,
                toolChoice,
                parallelToolCalls,
                responseFormat,
                reasoningEffort,
                seed,
                presencePenalty,
                frequencyPenalty,
                user,
                stream,
                sessionId,
                ours,
                sent,
                original);
    }
}
