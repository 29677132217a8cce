package dev.caravan.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one event of a provider's stream brings.
 *
 * @param chunks in order; empty for an event that says nothing to the caller (a ping, a usage report, an unknown kind)
 * @param raw the event's own JSON, for a caller who speaks the provider's format; null where it was none
 * @param format whose format {@code raw} is: {@code openai}, {@code anthropic}, {@code google} or {@code demo}
 */
public record StreamEvent(List<ChatChunk> chunks, @Nullable ObjectNode raw, String format) {

    public StreamEvent {
        chunks = List.copyOf(chunks);
    }
}
