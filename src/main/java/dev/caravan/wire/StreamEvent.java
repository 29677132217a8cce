package dev.caravan.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one event of a provider's stream brings.
 *
 * @param chunks in order; empty for an event that says nothing to the caller (a ping, a usage report, an unknown kind)
 * @param raw the event's own JSON, for a caller who speaks the provider's format; null where it was none, or has not been read
 * @param format whose format {@code raw} is: {@code openai}, {@code anthropic}, {@code google} or {@code demo}
 * @param pattern of the event, where others may come that are the same but for their texts; the same object for all of them.
 *     Else null
 * @param texts what stands in the pattern's gaps, where {@code raw} has not been read because an earlier event is of this
 *     pattern; else null
 */
public record StreamEvent(
        List<ChatChunk> chunks,
        @Nullable ObjectNode raw,
        String format,
        @Nullable TextPattern pattern,
        @Nullable List<String> texts) {

    public StreamEvent {
        chunks = List.copyOf(chunks);
    }

    /** An event that has been read. */
    public StreamEvent(List<ChatChunk> chunks, @Nullable ObjectNode raw, String format) {
        this(chunks, raw, format, null, null);
    }
}
