package dev.caravan.provider;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Bytes to server-sent events, however the bytes are cut into packets. For one stream, one thread.
 *
 * <p>Source: the HTML standard, section 9.2.6 "Interpreting an event stream", read 2026-11-20. One thing is added: an event at
 * the very end that no blank line closes is taken, because some servers leave the line out when they close the connection.
 */
public final class SseParser {

    /** A longer event is no event of a chat. */
    private static final int LONGEST_EVENT_BYTES = 16 * 1024 * 1024;

    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private final StringBuilder data = new StringBuilder();
    private String event = "";
    private boolean hasData;
    private boolean first = true;
    private boolean afterCarriageReturn;
    private int eventBytes;

    /**
     * Takes the next bytes, and hands on every event that they complete.
     *
     * @throws dev.caravan.error.ProviderFault where an event is longer than 16 MiB
     */
    public void feed(byte[] bytes, int offset, int length, Consumer<SseEvent> sink) {
        int from = offset;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            byte b = bytes[i];
            if (b != '\n' && b != '\r') {
                afterCarriageReturn = false;
                continue;
            }
            if (b == '\n' && afterCarriageReturn) {
                // The second half of one line end, perhaps in another packet than the first.
                afterCarriageReturn = false;
                from = i + 1;
                continue;
            }
            add(bytes, from, i);
            endOfLine(sink);
            afterCarriageReturn = b == '\r';
            from = i + 1;
        }
        add(bytes, from, end);
    }

    /** The connection has ended. */
    public void end(Consumer<SseEvent> sink) {
        if (line.size() > 0) {
            endOfLine(sink);
        }
        dispatch(sink);
    }

    private void add(byte[] bytes, int from, int to) {
        if (to <= from) {
            return;
        }
        eventBytes += to - from;
        if (eventBytes > LONGEST_EVENT_BYTES) {
            throw UpstreamJson.fault("an event is longer than " + LONGEST_EVENT_BYTES + " bytes");
        }
        line.write(bytes, from, to - from);
    }

    private void endOfLine(Consumer<SseEvent> sink) {
        byte[] bytes = line.toByteArray();
        line.reset();
        int start = 0;
        if (first) {
            first = false;
            start = startsWithBom(bytes) ? BOM.length : 0;
        }
        if (bytes.length == start) {
            dispatch(sink);
        } else {
            field(bytes, start);
        }
    }

    private void field(byte[] bytes, int start) {
        int colon = start;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        if (colon == start) {
            // A comment.
            return;
        }
        int value = Math.min(colon + 1, bytes.length);
        if (value < bytes.length && bytes[value] == ' ') {
            value++;
        }
        if (is(bytes, start, colon, "data")) {
            if (hasData) {
                data.append('\n');
            }
            hasData = true;
            data.append(new String(bytes, value, bytes.length - value, StandardCharsets.UTF_8));
        } else if (is(bytes, start, colon, "event")) {
            event = new String(bytes, value, bytes.length - value, StandardCharsets.UTF_8);
        }
        // id and retry are for clients that connect again; nobody does that with a model's answer.
    }

    private void dispatch(Consumer<SseEvent> sink) {
        SseEvent complete = hasData ? new SseEvent(event.isEmpty() ? "message" : event, data.toString()) : null;
        data.setLength(0);
        hasData = false;
        event = "";
        eventBytes = 0;
        if (complete != null) {
            sink.accept(complete);
        }
    }

    private static boolean is(byte[] bytes, int from, int to, String name) {
        if (to - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (bytes[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWithBom(byte[] bytes) {
        return bytes.length >= BOM.length && bytes[0] == BOM[0] && bytes[1] == BOM[1] && bytes[2] == BOM[2];
    }
}
