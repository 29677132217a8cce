package dev.caravan.bench;

import java.nio.charset.StandardCharsets;

/** Text that is searched for, and numbers of fixed width that are written and read, in bytes. */
final class Bytes {

    static final byte[] LINE_END = of("\r\n");
    static final byte[] HEAD_END = of("\r\n\r\n");

    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Where the text begins between the two places; -1: nowhere. */
    static int find(byte[] bytes, int from, int to, byte[] text) {
        byte first = text[0];
        int last = to - text.length;
        for (int i = from; i <= last; i++) {
            if (bytes[i] == first && startsWith(bytes, i, text)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] text) {
        for (int i = 1; i < text.length; i++) {
            if (bytes[at + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where the text begins, which is there. */
    static int require(byte[] bytes, byte[] text) {
        int at = find(bytes, 0, bytes.length, text);
        if (at < 0) {
            throw new IllegalArgumentException("not there: " + new String(text, StandardCharsets.UTF_8));
        }
        return at;
    }

    static void write(byte[] bytes, int at, int width, long number) {
        long rest = number;
        for (int i = at + width - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** The number; -1 where other characters stand there. */
    static long read(byte[] bytes, int at, int width) {
        long number = 0;
        for (int i = at; i < at + width; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
