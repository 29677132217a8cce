package dev.caravan.dialect;

import dev.caravan.catalog.Model;
import dev.caravan.error.GatewayException;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One way of calling us: a caller's body to the chat request, the answer and errors back in that caller's format. Stateless,
 * safe for all threads. All bodies are JSON in UTF-8.
 */
public interface Dialect {

    /**
     * The chat request, checked as far as that needs no catalogue.
     *
     * @param body as it came; may be anything
     * @param headers who the caller says it is; {@code /api} reads only the body
     * @throws RequestException 400 that names the field
     */
    ChatRequest parse(byte[] body, IdHeaders headers);

    /** The whole answer, for a request that did not ask for a stream. */
    byte[] answer(Answer answer);

    /**
     * Writes the answer as a stream, for a request that asked for one.
     *
     * @param model the model that serves
     * @param answerId our own id of the answer, where the caller's format has one and the provider gives none
     * @param createdAt shown in whole seconds, where the provider gives no time of its own
     */
    StreamWriter stream(ChatRequest request, Model model, String answerId, Instant createdAt);

    /**
     * The body of an error; its status is that of the failure's code.
     *
     * @param requestId our own id of the request; null where it failed before it had one
     */
    byte[] error(GatewayException failure, @Nullable String requestId);
}
