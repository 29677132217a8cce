package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.StreamEvent;
import dev.caravan.wire.TextPattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a provider's event that brings a text went out to a caller who speaks its format: the events that repeat it with other texts
 * go out the same way, and their JSON is neither read nor written. For one stream, one thread.
 */
final class SentText {

    private final String field;
    private @Nullable TextPattern came;
    private @Nullable TextPattern shape;

    /** @param field that holds the text */
    SentText(String field) {
        this.field = field;
    }

    /** The event's own JSON; not to be changed. Null where it has none. */
    static @Nullable ObjectNode json(StreamEvent event) {
        TextPattern pattern = event.pattern();
        List<String> texts = event.texts();
        if (pattern == null || texts == null) {
            return event.raw();
        }
        String json = new String(pattern.with(texts), StandardCharsets.UTF_8);
        return (ObjectNode) Objects.requireNonNull(JsonText.readOrNull(json), "what repeats JSON is JSON");
    }

    /** The event as it goes out, where it repeats the one that went out; null: it has to be written. */
    byte @Nullable [] again(StreamEvent event) {
        List<String> texts = event.texts();
        TextPattern known = shape;
        if (texts == null || known == null || event.pattern() != came) {
            return null;
        }
        for (String text : texts) {
            if (!EventText.goesAsItIs(text)) {
                return null;
            }
        }
        return known.gaps() == texts.size() ? known.with(texts) : null;
    }

    /** @param out where the event has been written last; its shape is remembered where others may come that repeat it */
    void went(StreamEvent event, EventText out) {
        TextPattern pattern = event.pattern();
        if (pattern != null && event.chunks().get(0) instanceof ChatChunk.Text text) {
            came = pattern;
            shape = TextPattern.of(out.last(), field, text.text());
        }
    }
}
