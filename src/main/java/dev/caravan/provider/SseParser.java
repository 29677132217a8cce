package dev.caravan.provider;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte @Nullable [] firstData;
    private int firstFrom;
    private int firstTo;
    private @Nullable StringBuilder moreData;
    private String event = "";
    private boolean first = true;
    private boolean afterCarriageReturn;
    private int eventBytes;

    /**
     * Takes the next bytes, and hands on every event that they complete.
     *
     * @param bytes not to be changed any more: events may look into them
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
            endOfLine(bytes, from, i, sink);
            afterCarriageReturn = b == '\r';
            from = i + 1;
        }
        count(end - from);
        line.write(bytes, from, end - from);
    }

    /** The connection has ended. */
    public void end(Consumer<SseEvent> sink) {
        if (line.size() > 0) {
            endOfLine(new byte[0], 0, 0, sink);
        }
        dispatch(sink);
    }

    private void count(int more) {
        eventBytes += more;
        if (eventBytes > LONGEST_EVENT_BYTES) {
            throw UpstreamJson.fault("an event is longer than " + LONGEST_EVENT_BYTES + " bytes");
        }
    }

    /** Only a line that came in several packets is copied before it is read. */
    private void endOfLine(byte[] bytes, int from, int to, Consumer<SseEvent> sink) {
        count(to - from);
        if (line.size() == 0) {
            whole(bytes, from, to, sink);
        } else {
            line.write(bytes, from, to - from);
            byte[] joined = line.toByteArray();
            line.reset();
            whole(joined, 0, joined.length, sink);
        }
    }

    private void whole(byte[] bytes, int from, int to, Consumer<SseEvent> sink) {
        int start = from;
        if (first) {
            first = false;
            start += startsWithBom(bytes, from, to) ? BOM.length : 0;
        }
        if (to == start) {
            dispatch(sink);
        } else {
            field(bytes, start, to);
        }
    }

    private void field(byte[] bytes, int start, int end) {
        int colon = start;
        while (colon < end && bytes[colon] != ':') {
            colon++;
        }
        if (colon == start) {
            // A comment.
            return;
        }
        int value = Math.min(colon + 1, end);
        if (value < end && bytes[value] == ' ') {
            value++;
        }
        if (is(bytes, start, colon, "data")) {
            data(bytes, value, end);
        } else if (is(bytes, start, colon, "event")) {
            event = text(bytes, value, end);
        }
        // id and retry are for clients that connect again; nobody does that with a model's answer.
    }

    private void data(byte[] bytes, int from, int to) {
        byte[] before = firstData;
        if (before == null) {
            firstData = bytes;
            firstFrom = from;
            firstTo = to;
            return;
        }
        StringBuilder more = moreData;
        if (more == null) {
            more = new StringBuilder(text(before, firstFrom, firstTo));
            moreData = more;
        }
        more.append('\n').append(text(bytes, from, to));
    }

    private void dispatch(Consumer<SseEvent> sink) {
        byte[] only = firstData;
        StringBuilder lines = moreData;
        String type = event.isEmpty() ? "message" : event;
        firstData = null;
        moreData = null;
        event = "";
        eventBytes = 0;
        if (lines != null) {
            sink.accept(new SseEvent(type, lines.toString()));
        } else if (only != null) {
            sink.accept(new SseEvent(type, only, firstFrom, firstTo));
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
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

    private static boolean startsWithBom(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, Math.min(to, from + BOM.length), BOM, 0, BOM.length);
    }
}
