package dev.caravan.dialect;

import java.util.HashMap;
import java.util.Map;

/**
 * Joins characters that a provider cut in two: what ends in the first half of a surrogate pair waits with it for the next
 * piece. A first half whose second never comes is left out. One for a stream; one thread.
 */
final class SplitPairs {

    /** The key of the answer's text; tool calls have their index. */
    static final int TEXT = -1;

    static final int REFUSAL = -2;
    static final int REASONING = -3;

    private final Map<Integer, Character> waiting = new HashMap<>();

    /**
     * What of a piece may be written now; may be empty.
     *
     * @param key whose piece it is
     * @param piece not empty
     */
    String join(int key, String piece) {
        boolean open = Character.isHighSurrogate(piece.charAt(piece.length() - 1));
        if (!open && waiting.isEmpty()) {
            return piece;
        }
        Character first = waiting.remove(key);
        String whole = first == null ? piece : first + piece;
        if (!open) {
            return whole;
        }
        waiting.put(key, whole.charAt(whole.length() - 1));
        return whole.substring(0, whole.length() - 1);
    }
}
