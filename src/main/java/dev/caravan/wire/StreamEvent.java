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
 * @param repeat where {@code raw} has not been read, because the event is an earlier one with other texts; else null
 */
public record StreamEvent(
        List<ChatChunk> chunks,
        @Nullable ObjectNode raw,
        String format,
        @Nullable Repeat repeat) {

    public StreamEvent {
        chunks = List.copyOf(chunks);
    }

    /** An event that has been read. */
    public StreamEvent(List<ChatChunk> chunks, @Nullable ObjectNode raw, String format) {
        this(chunks, raw, format, null);
    }

    /**
     * An earlier event with other texts.
     *
     * @param of the earlier one; the same object for all that repeat it
     * @param pattern of the earlier one
     * @param texts that this one has in the pattern's gaps
     */
    public record Repeat(StreamEvent of, TextPattern pattern, List<String> texts) {}
}
