package dev.caravan.dialect;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.wire.TextPattern;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events as they are written, and their bytes. One for a stream; one thread. JSON never has a line break here, so
 * that each event has one line of data. The characters that are line breaks to some clients but not to the standard are
 * escaped too.
 */
final class EventText {

    private static final byte[] NOTHING = {};

    private static final char NEXT_LINE = '\u0085';
    private static final char LINE_SEPARATOR = '\u2028';
    private static final char PARAGRAPH_SEPARATOR = '\u2029';

    private final JsonStringEncoder encoder = JsonStringEncoder.getInstance();
    private final StringBuilder out = new StringBuilder(512);
    private int begin;

    /** Begins an event that has a name. */
    EventText named(String name) {
        begin = out.length();
        out.append("event: ").append(name).append("\ndata: ");
        return this;
    }

    /** Begins an event without a name. */
    EventText data() {
        begin = out.length();
        out.append("data: ");
        return this;
    }

    /** Ends an event. */
    void close() {
        out.append("\n\n");
    }

    /** A line of its own without anything: ends whatever went before, and is nothing where that was whole. */
    EventText blank() {
        out.append('\n');
        return this;
    }

    /** JSON of our own, in ASCII. */
    EventText json(String ascii) {
        out.append(ascii);
        return this;
    }

    EventText number(long number) {
        out.append(number);
        return this;
    }

    /** A text as a JSON string. Half a surrogate pair becomes a question mark, as in a plain answer. */
    EventText quoted(String text) {
        out.append('"');
        append(TextPattern.isPlain(text) ? text : new String(encoder.quoteAsString(text)), false);
        out.append('"');
        return this;
    }

    /** JSON that we made. */
    EventText made(JsonNode json) {
        return made(JsonText.string(json));
    }

    /** The text of JSON that we made. */
    EventText made(String json) {
        return append(json, false);
    }

    /** JSON of a provider: of a character that it cut in two, both halves go on, for the caller to join. */
    EventText came(JsonNode json) {
        return append(JsonText.string(json), true);
    }

    /** The newest event, with its lines; it has been closed and not been taken. */
    String last() {
        return out.substring(begin);
    }

    /** Whether a text is written as it is, but for what JSON itself escapes. */
    static boolean goesAsItIs(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (breaksLines(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean breaksLines(char c) {
        return c == NEXT_LINE || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR;
    }

    /** All events since the last time. */
    byte[] take() {
        if (out.isEmpty()) {
            return NOTHING;
        }
        byte[] bytes = out.toString().getBytes(StandardCharsets.UTF_8);
        out.setLength(0);
        return bytes;
    }

    /** What is escaped here stands inside a JSON string in any case. */
    private EventText append(String json, boolean halves) {
        int from = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < NEXT_LINE) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < json.length() && Character.isLowSurrogate(json.charAt(i + 1))) {
                i++;
            } else if (breaksLines(c) || (halves && Character.isSurrogate(c))) {
                out.append(json, from, i).append(String.format("\\u%04x", (int) c));
                from = i + 1;
            }
        }
        out.append(json, from, json.length());
        return this;
    }
}
