package dev.caravan.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an event with gaps where its texts stand. The events of a stream are mostly the same but for their text: one that fits
 * the pattern of an earlier one needs no reading, and none of what is done with it needs a tree. Only texts that JSON writes as they
 * are count; whoever has another one reads the event in full.
 */
public final class TextPattern {

    /** What OpenAI adds to each event so that its length tells nothing; it follows the text. */
    private static final String PADDING = "obfuscation";

    /** What stands before, between and after the texts; one more than there are gaps. */
    private final List<String> around;

    private TextPattern(List<String> around) {
        this.around = around;
    }

    /**
     * The pattern of an event.
     *
     * @param name of the field whose text may differ; the only field of this name
     * @param text what it holds here
     * @return null where there is no such field, more than one, or its text is written with escapes
     */
    public static @Nullable TextPattern of(String json, String name, String text) {
        int from = value(json, name, 0);
        if (from < 0 || plainEnd(json, from) != from + text.length() || !json.startsWith(text, from)) {
            return null;
        }
        List<String> around = new ArrayList<>();
        around.add(json.substring(0, from));
        int rest = from + text.length();
        if (json.indexOf('"' + name + '"', rest) >= 0) {
            return null;
        }
        int padding = value(json, PADDING, rest);
        int paddingEnd = padding < 0 ? -1 : plainEnd(json, padding);
        if (paddingEnd >= 0) {
            around.add(json.substring(rest, padding));
            rest = paddingEnd;
        }
        around.add(json.substring(rest));
        return new TextPattern(List.copyOf(around));
    }

    /** The texts of an event of this pattern, that of the field first; null for any other event. */
    public @Nullable List<String> texts(String json) {
        int at = around.get(0).length();
        if (!json.startsWith(around.get(0))) {
            return null;
        }
        String[] texts = new String[gaps()];
        for (int gap = 0; gap < texts.length; gap++) {
            int end = plainEnd(json, at);
            String next = around.get(gap + 1);
            if (end < 0 || !json.startsWith(next, end)) {
                return null;
            }
            texts[gap] = json.substring(at, end);
            at = end + next.length();
        }
        return at == json.length() ? List.of(texts) : null;
    }

    /** How many texts it takes. */
    public int gaps() {
        return around.size() - 1;
    }

    /** The event with these texts, as {@link #texts} has found them. */
    public String with(List<String> texts) {
        StringBuilder json = new StringBuilder(512).append(around.get(0));
        for (int gap = 0; gap < gaps(); gap++) {
            json.append(texts.get(gap)).append(around.get(gap + 1));
        }
        return json.toString();
    }

    /** Where the text of the first such field begins, after its quotation mark; -1: nowhere. */
    private static int value(String json, String name, int from) {
        String field = '"' + name + "\":";
        int at = json.indexOf(field, from);
        if (at < 0) {
            return -1;
        }
        at += field.length();
        if (at < json.length() && json.charAt(at) == ' ') {
            at++;
        }
        return at < json.length() && json.charAt(at) == '"' ? at + 1 : -1;
    }

    /** Where a text ends, at its quotation mark; -1 where an escape comes first, or no end. */
    private static int plainEnd(String json, int from) {
        for (int i = from; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"') {
                return i;
            }
            if (c == '\\' || c < ' ') {
                return -1;
            }
        }
        return -1;
    }
}
