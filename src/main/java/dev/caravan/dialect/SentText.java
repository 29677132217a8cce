package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.StreamEvent;
import dev.caravan.wire.TextPattern;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a provider's event that brings a text went out to a caller who speaks its format: the events that repeat it with other texts
 * go out the same way, and their JSON is neither read nor written. For one stream, one thread.
 */
final class SentText {

    private final String field;
    private @Nullable StreamEvent sent;
    private @Nullable TextPattern shape;

    /** @param field that holds the text */
    SentText(String field) {
        this.field = field;
    }

    /** The event's own JSON; not to be changed. Null where it has none. */
    static @Nullable ObjectNode json(StreamEvent event) {
        StreamEvent.Repeat repeat = event.repeat();
        return repeat == null
                ? event.raw()
                : (ObjectNode) Objects.requireNonNull(JsonText.readOrNull(repeat.json()), "no JSON repeats JSON");
    }

    /** The event as it goes out, where it repeats the one that went out; null: it has to be written. */
    @Nullable
    String again(StreamEvent event) {
        StreamEvent.Repeat repeat = event.repeat();
        TextPattern known = shape;
        if (repeat == null
                || known == null
                || repeat.of() != sent
                || known.gaps() != repeat.texts().size()) {
            return null;
        }
        return known.with(repeat.texts());
    }

    /** @param json what went out for the event; remembered where the event is a text and no more */
    void went(StreamEvent event, String json) {
        if (event.chunks().size() == 1 && event.chunks().get(0) instanceof ChatChunk.Text text) {
            StreamEvent.Repeat repeat = event.repeat();
            sent = repeat == null ? event : repeat.of();
            shape = TextPattern.of(json, field, text.text());
        }
    }
}
