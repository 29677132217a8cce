package dev.caravan.provider;

import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.StreamEvent;

/** Reads one provider's stream, event by event. Made for one call; one thread. */
public interface StreamReader {

    /**
     * What an event brings. Unknown events and fields bring nothing and break nothing.
     *
     * @throws GatewayException for an error event, or one that is not what the provider documents
     */
    StreamEvent read(SseEvent event);

    /**
     * Whether the provider has said all: its finish reason and, where it sends one, its last event ({@code [DONE]}, {@code
     * message_stop}). The usage that comes between the two is not lost.
     */
    boolean isComplete();

    /**
     * The connection has ended.
     *
     * @return what is still to be said to the caller, such as the finish of a provider that ends with the connection
     * @throws ProviderFault where the stream broke off before the model's finish
     */
    StreamEvent end();

    /**
     * What is known so far, as a whole answer: the text, the tool calls, the usage (of cumulative counters the last value of
     * each field). The finish reason is {@code STOP} where none came yet.
     */
    ChatResponse soFar();
}
