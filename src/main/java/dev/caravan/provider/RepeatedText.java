package dev.caravan.provider;

import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.StreamEvent;
import dev.caravan.wire.TextPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the events of a stream that only bring the next text, in the shape of one that was read before. For one stream, one thread. */
final class RepeatedText {

    private final String field;
    private final String format;
    private final AnswerSoFar answer;
    private @Nullable TextPattern pattern;
    private String type = "";

    /**
     * @param field that holds the text
     * @param format of the stream
     * @param answer to which the texts are added that are found here
     */
    RepeatedText(String field, String format, AnswerSoFar answer) {
        this.field = field;
        this.format = format;
        this.answer = answer;
    }

    /** What the event brings, where it is the remembered one with another text; null: it has to be read. */
    @Nullable
    StreamEvent find(SseEvent event) {
        TextPattern known = pattern;
        if (known == null || !event.event().equals(type)) {
            return null;
        }
        List<String> texts = known.texts(event.bytes(), event.from(), event.to());
        if (texts == null || texts.get(0).isEmpty()) {
            return null;
        }
        return new StreamEvent(List.of(answer.add(new ChatChunk.Text(texts.get(0)))), null, format, known, texts);
    }

    /** @param read what the event brings; where that is a text and no more, it gets the pattern that is remembered */
    StreamEvent remember(SseEvent event, StreamEvent read) {
        if (read.chunks().size() == 1 && read.chunks().get(0) instanceof ChatChunk.Text text) {
            TextPattern shape = TextPattern.of(event.data(), field, text.text());
            if (shape != null) {
                pattern = shape;
                type = event.event();
                return new StreamEvent(read.chunks(), read.raw(), format, shape, null);
            }
        }
        return read;
    }
}
