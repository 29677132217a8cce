package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatRequest;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's format: {@code POST /v1/messages} and {@code /v1/messages/count_tokens}. The user is the body's {@code
 * user_id}, else the header's, else {@code metadata.user_id}.
 */
public final class AnthropicDialect implements Dialect {

    private final Supplier<String> newSessionId;

    /** @param newSessionId makes the session's id for a caller who sends none; safe for all threads */
    public AnthropicDialect(Supplier<String> newSessionId) {
        this.newSessionId = newSessionId;
    }

    @Override
    public ChatRequest parse(byte[] body, IdHeaders headers) {
        ObjectNode json = CallerJson.read(body);
        BodyFields.of("", json).require("max_tokens", "a whole number of at least 1");
        return parse(json, headers);
    }

    /** The request of {@code count_tokens}, which has the same fields and no {@code max_tokens}. */
    public ChatRequest parseCount(byte[] body, IdHeaders headers) {
        return parse(CallerJson.read(body), headers);
    }

    private ChatRequest parse(ObjectNode json, IdHeaders headers) {
        BodyFields fields = BodyFields.of("", json);
        BodyFields metadata = fields.object("metadata");
        Identity.Claim user = metadata == null ? null : Identity.claim(metadata, "user_id");
        Identity identity = Identity.of(fields, headers, user, newSessionId);
        AnthropicRequest request = new AnthropicRequest(json);
        return ChatRequestParser.parse(request.toOpenAi(), identity).with(request.original());
    }

    @Override
    public byte[] answer(Answer answer) {
        return JsonText.bytes(AnthropicMessage.of(answer));
    }

    /** The answer of {@code count_tokens}. */
    public byte[] count(long inputTokens) {
        return JsonText.bytes(JsonText.object().put("input_tokens", inputTokens));
    }

    @Override
    public StreamWriter stream(ChatRequest request, Model model, String answerId, Instant createdAt) {
        return new AnthropicStreamWriter(this, answerId, request.model());
    }

    @Override
    public byte[] error(GatewayException failure, @Nullable String requestId) {
        ObjectNode body = JsonText.object().put("type", "error");
        ObjectNode error = body.putObject("error");
        error.put("type", errorType(failure));
        error.put("message", failure.text());
        error.put("code", failure.code().wireName());
        error.put("param", failure.param());
        AnswerParts.putTried(error, failure);
        body.put("request_id", requestId);
        return JsonText.bytes(body);
    }

    /** Source: anthropic.mintlify.app/en/api/errors, read 2026-11-20. */
    private static String errorType(GatewayException failure) {
        return switch (failure.code()) {
            case OVERLOADED, PROVIDER_OVERLOADED -> "overloaded_error";
            case PROVIDER_TIMEOUT -> "timeout_error";
            case MODEL_NOT_FOUND, NOT_FOUND -> "not_found_error";
            case BODY_TOO_LARGE -> "request_too_large";
            default -> failure.code().type();
        };
    }
}
