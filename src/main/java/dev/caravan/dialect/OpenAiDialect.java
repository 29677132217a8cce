package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatRequest;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's own format: {@code POST /v1/chat/completions}. The user is the body's {@code user_id}, else the header's, else
 * OpenAI's {@code user}.
 */
public final class OpenAiDialect implements Dialect {

    private final Supplier<String> newSessionId;

    /** @param newSessionId makes the session's id for a caller who sends none; safe for all threads */
    public OpenAiDialect(Supplier<String> newSessionId) {
        this.newSessionId = newSessionId;
    }

    @Override
    public ChatRequest parse(byte[] body, IdHeaders headers) {
        ObjectNode json = CallerJson.read(body);
        BodyFields fields = BodyFields.of("", json);
        Identity.Claim user = Identity.claim(fields, "user");
        // OpenAI takes an empty user; it names nobody.
        boolean named = user != null && !user.value().isEmpty();
        return ChatRequestParser.parse(json, Identity.of(fields, headers, named ? user : null, newSessionId));
    }

    @Override
    public byte[] answer(Answer answer) {
        return JsonText.bytes(ChatCompletion.of(answer));
    }

    @Override
    public StreamWriter stream(ChatRequest request, Model model, String answerId, Instant createdAt) {
        return new OpenAiStreamWriter(request, new ChunkIdentity(answerId, createdAt, request.model()));
    }

    @Override
    public byte[] error(GatewayException failure, @Nullable String requestId) {
        return AnswerParts.error(failure, requestId);
    }
}
