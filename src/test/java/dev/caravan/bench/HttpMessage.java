package dev.caravan.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One HTTP/1.1 request or answer after another, as their bytes come; only as much of the protocol as a benchmark on this machine
 * needs, because what its two ends cost is taken from the gateway's core. For one connection, one thread.
 */
final class HttpMessage {

    private byte[] raw = new byte[4096];
    private int end;
    private int headEnd;
    private int at;
    private int length;
    private boolean chunked;
    private int chunkLeft;
    private boolean lastChunk;
    private byte[] body = new byte[0];
    private int bodyEnd;

    /** Makes ready for the next message. */
    void reset() {
        end = 0;
        headEnd = 0;
        at = 0;
        chunkLeft = 0;
        lastChunk = false;
        bodyEnd = 0;
    }

    /**
     * Takes what has come.
     *
     * @return whether the message is whole
     */
    boolean add(ByteBuffer in) {
        int more = in.remaining();
        if (end + more > raw.length) {
            raw = Arrays.copyOf(raw, Math.max(raw.length * 2, end + more));
        }
        in.get(raw, end, more);
        end += more;
        if (headEnd == 0 && !head()) {
            return false;
        }
        return chunked ? chunks() : end - headEnd >= length;
    }

    /** The status of an answer. */
    int status() {
        return headEnd == 0 ? 0 : (raw[9] - '0') * 100 + (raw[10] - '0') * 10 + raw[11] - '0';
    }

    /** Where the text is in the first line; at most 0: nowhere. */
    int inFirstLine(byte[] text) {
        int lineEnd = Bytes.find(raw, 0, end, Bytes.LINE_END);
        return Bytes.find(raw, 0, lineEnd, text);
    }

    byte[] body() {
        return chunked ? body : raw;
    }

    int bodyStart() {
        return chunked ? 0 : headEnd;
    }

    int bodyEnd() {
        return chunked ? bodyEnd : end;
    }

    private boolean head() {
        int blank = Bytes.find(raw, 0, end, Bytes.HEAD_END);
        if (blank < 0) {
            return false;
        }
        headEnd = blank + Bytes.HEAD_END.length;
        at = headEnd;
        chunked = false;
        length = 0;
        for (String line : new String(raw, 0, blank, StandardCharsets.ISO_8859_1).split("\r\n")) {
            int colon = line.indexOf(':');
            switch (line.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT)) {
                case "content-length" ->
                    length = Integer.parseInt(line.substring(colon + 1).strip());
                case "transfer-encoding" -> chunked = true;
                default -> {
                    // Of no matter here.
                }
            }
        }
        return true;
    }

    /** Takes the chunks apart, as far as they have come; whether that was the last. */
    private boolean chunks() {
        while (true) {
            if (chunkLeft > 0) {
                int part = Math.min(chunkLeft, end - at);
                keep(part);
                chunkLeft -= part;
                if (chunkLeft > 0) {
                    return false;
                }
            }
            int lineEnd = Bytes.find(raw, at, end, Bytes.LINE_END);
            if (lineEnd < 0) {
                return false;
            }
            if (lastChunk) {
                return true;
            }
            if (lineEnd > at) {
                chunkLeft = Integer.parseInt(new String(raw, at, lineEnd - at, StandardCharsets.US_ASCII), 16);
                lastChunk = chunkLeft == 0;
            }
            at = lineEnd + Bytes.LINE_END.length;
        }
    }

    private void keep(int part) {
        if (bodyEnd + part > body.length) {
            body = Arrays.copyOf(body, Math.max(body.length * 2, bodyEnd + part));
        }
        System.arraycopy(raw, at, body, bodyEnd, part);
        bodyEnd += part;
        at += part;
    }
}
