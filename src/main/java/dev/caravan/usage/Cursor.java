package dev.caravan.usage;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Where a page ended: the key of its last row, in a form that callers need not and should not read.
 *
 * @param kind what was paged; a cursor of one kind is no cursor of another
 * @param key the columns that the page is ordered by
 */
public record Cursor(Kind kind, List<String> key) {

    public enum Kind {
        SESSION(2),
        DAILY(3),
        MONTHLY(3);

        private final int columns;

        Kind(int columns) {
            this.columns = columns;
        }
    }

    /** No key column can hold it: ids have no control characters. */
    private static final String SEPARATOR = "\u001f";

    public Cursor {
        key = List.copyOf(key);
        if (key.size() != kind.columns) {
            throw new IllegalArgumentException("a key of " + kind.columns + " columns");
        }
    }

    public String encode() {
        String text = kind.name().charAt(0) + SEPARATOR + String.join(SEPARATOR, key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws RequestException {@link ErrorCode#INVALID_VALUE} where the text is no cursor of that kind */
    public static Cursor decode(Kind kind, String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            List<String> parts = List.of(decoded.split(SEPARATOR, -1));
            if (parts.size() == kind.columns + 1
                    && parts.get(0).equals(kind.name().substring(0, 1))) {
                return new Cursor(kind, parts.subList(1, parts.size()));
            }
            throw refusal();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw refusal();
        }
    }

    private static RequestException refusal() {
        return new RequestException(
                ErrorCode.INVALID_VALUE, "cursor must be the next_cursor of the last answer, unchanged", "cursor");
    }
}
