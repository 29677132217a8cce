package dev.caravan.usage;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The tokens of one of OpenAI's tokenizers, by their bytes. Two hundred thousand tokens take 6 MB here; a map of arrays takes 30,
 * which every full garbage collection would copy. Unchanging, so safe for all threads.
 */
final class Vocabulary {

    /** What stands for no token: later than every rank. */
    static final int NONE = Integer.MAX_VALUE;

    /** All tokens, one after the other. */
    private final byte[] bytes;

    /** Where the token of a row begins; the next row's start is its end. */
    private final int[] starts;

    /** The rank of a row's token: the lower, the earlier it is merged. */
    private final int[] ranks;

    /** Rows, plus one, at the hash of their tokens or in the first free place after it. */
    private final int[] table;

    /** @param file of lines, each a token in base64, a blank and its rank: as tiktoken has them */
    Vocabulary(String file) {
        byte[] text = ProgramFile.read(file).getBytes(StandardCharsets.US_ASCII);
        int rows = 0;
        for (byte b : text) {
            rows += b == '\n' ? 1 : 0;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream(text.length);
        starts = new int[rows + 1];
        ranks = new int[rows];
        int at = 0;
        for (int row = 0; row < rows; row++) {
            int blank = find(text, at, ' ');
            int end = find(text, blank, '\n');
            all.writeBytes(Base64.getDecoder().decode(Arrays.copyOfRange(text, at, blank)));
            starts[row + 1] = all.size();
            ranks[row] = number(text, blank + 1, end);
            at = end + 1;
        }
        bytes = all.toByteArray();
        table = new int[Integer.highestOneBit(rows) * 4];
        for (int row = 0; row < rows; row++) {
            table[place(bytes, starts[row], starts[row + 1])] = row + 1;
        }
    }

    /** The rank of the token that is these bytes, or {@link #NONE}. */
    int rank(byte[] text, int from, int to) {
        int row = table[place(text, from, to)] - 1;
        return row < 0 ? NONE : ranks[row];
    }

    /** Where in the table the token is that is these bytes, or would be: a free place. */
    private int place(byte[] text, int from, int to) {
        int place = hash(text, from, to) & table.length - 1;
        while (table[place] != 0 && !isToken(table[place] - 1, text, from, to)) {
            place = place + 1 & table.length - 1;
        }
        return place;
    }

    private boolean isToken(int row, byte[] text, int from, int to) {
        return Arrays.equals(bytes, starts[row], starts[row + 1], text, from, to);
    }

    /** Multiplied at the end, because the low bits of such a sum alone are crowded. */
    private static int hash(byte[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text[i];
        }
        hash *= 0x9E3779B9;
        return hash ^ hash >>> 15;
    }

    private static int find(byte[] text, int from, char sought) {
        int i = from;
        while (text[i] != sought) {
            i++;
        }
        return i;
    }

    private static int number(byte[] text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text[i] - '0';
        }
        return number;
    }
}
