package dev.caravan.dialect;

import dev.caravan.error.GatewayException;
import dev.caravan.wire.StreamEvent;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer as server-sent events in a caller's format. Made for one call; one thread. All bytes are whole events in
 * UTF-8; an empty array is nothing to send.
 */
public interface StreamWriter {

    /** What stands before the first event; sent with the status, as soon as the provider has begun to answer. */
    byte[] begin();

    /** What one event of the provider brings the caller. */
    byte[] event(StreamEvent event);

    /**
     * The end of a whole answer: the last chunk with usage, cost and adjustments, and the closing marks.
     *
     * @param answer with the response as a whole, as billed
     */
    byte[] end(Answer answer);

    /** The end of a broken one: an error event, and no closing mark that would let it pass for a whole one. */
    byte[] error(GatewayException failure, @Nullable String requestId);
}
