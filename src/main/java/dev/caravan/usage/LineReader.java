package dev.caravan.usage;

import java.io.IOException;
import java.io.RandomAccessFile;

/** Reads whole lines out of a file that may be damaged anywhere. Not for several threads. */
final class LineReader {

    /** Far more than the longest record; what has no line end within this is damaged. */
    private static final int BUFFER_BYTES = 256 * 1024;

    /** Sees one line after the other. */
    interface Visitor {
        /**
         * @param length of the line without its end; 0 where it is longer than any record can be
         * @param end the place in the file right after the line's end
         * @return whether to go on
         */
        boolean line(byte[] buffer, int start, int length, long end);
    }

    private final byte[] buffer = new byte[BUFFER_BYTES];

    /**
     * Shows the lines between the two places.
     *
     * @return the place after the last line shown; less than {@code to} where a line is not whole, where the visitor
     *     stopped, or where the file is shorter
     */
    long read(RandomAccessFile file, long from, long to, Visitor visitor) throws IOException {
        long position = from;
        long consumed = from;
        boolean skipping = false;
        while (position < to) {
            file.seek(position);
            int wanted = (int) Math.min(buffer.length, to - position);
            int count = fill(file, wanted);
            int start = 0;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    consumed = position + i + 1;
                    if (!visitor.line(buffer, start, skipping ? 0 : i - start, consumed)) {
                        return consumed;
                    }
                    skipping = false;
                    start = i + 1;
                }
            }
            if (start == 0 && count < buffer.length) {
                return consumed;
            }
            skipping = skipping || start == 0;
            position += start == 0 ? count : start;
        }
        return consumed;
    }

    private int fill(RandomAccessFile file, int wanted) throws IOException {
        int count = 0;
        while (count < wanted) {
            int read = file.read(buffer, count, wanted - count);
            if (read < 0) {
                break;
            }
            count += read;
        }
        return count;
    }
}
