package dev.caravan.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /** What stands before, between and after the texts, in UTF-8; one more than there are gaps. */
    private final byte[][] around;

    private TextPattern(String... around) {
        this.around = new byte[around.length][];
        for (int i = 0; i < around.length; i++) {
            this.around[i] = around[i].getBytes(StandardCharsets.UTF_8);
        }
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
        int to = from + text.length();
        if (from < 0
                || !isPlain(text)
                || !json.startsWith(text + '"', from)
                || json.indexOf('"' + name + '"', to) >= 0) {
            return null;
        }
        String before = json.substring(0, from);
        int padding = value(json, PADDING, to);
        int end = padding < 0 ? -1 : json.indexOf('"', padding);
        return end >= 0 && isPlain(json.substring(padding, end))
                ? new TextPattern(before, json.substring(to, padding), json.substring(end))
                : new TextPattern(before, json.substring(to));
    }

    /**
     * The texts of an event of this pattern, that of the field first.
     *
     * @param bytes where the event is, in UTF-8, from {@code from} to before {@code to}
     * @return null for any other event
     */
    public @Nullable List<String> texts(byte[] bytes, int from, int to) {
        if (!startsWith(bytes, from, to, around[0])) {
            return null;
        }
        int at = from + around[0].length;
        String[] texts = new String[gaps()];
        for (int gap = 0; gap < texts.length; gap++) {
            int end = plainEnd(bytes, at, to);
            if (end < 0 || !startsWith(bytes, end, to, around[gap + 1])) {
                return null;
            }
            texts[gap] = new String(bytes, at, end - at, StandardCharsets.UTF_8);
            at = end + around[gap + 1].length;
        }
        return at == to ? List.of(texts) : null;
    }

    /** How many texts it takes. */
    public int gaps() {
        return around.length - 1;
    }

    /** The event with these texts, as {@link #texts} has found them; in UTF-8. */
    public byte[] with(List<String> texts) {
        byte[][] parts = new byte[around.length + gaps()][];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = i % 2 == 0 ? around[i / 2] : texts.get(i / 2).getBytes(StandardCharsets.UTF_8);
            length += parts[i].length;
        }
        byte[] event = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, event, at, part.length);
            at += part.length;
        }
        return event;
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] part) {
        return to - from >= part.length && Arrays.equals(bytes, from, from + part.length, part, 0, part.length);
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
    private static int plainEnd(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '"') {
                return i;
            }
            // The bytes of other characters than ASCII are below zero.
            if (b == '\\' || (b >= 0 && b < ' ')) {
                return -1;
            }
        }
        return -1;
    }

    /** Whether JSON writes a text as it is. */
    public static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }
}
