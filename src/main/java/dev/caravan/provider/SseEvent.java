package dev.caravan.provider;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One server-sent event. Its data is made a text only for whoever wants one. For one thread. */
public final class SseEvent {

    private final String event;
    private final byte[] bytes;
    private final int from;
    private final int to;
    private @Nullable String data;

    /**
     * @param event its type; {@code message} where the stream named none
     * @param bytes where its data is, in UTF-8, from {@code from} to before {@code to}; not to be changed any more
     */
    SseEvent(String event, byte[] bytes, int from, int to) {
        this.event = event;
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    /**
     * @param event its type
     * @param data its data lines, joined with line feeds
     */
    public SseEvent(String event, String data) {
        this.event = event;
        this.data = data;
        bytes = data.getBytes(StandardCharsets.UTF_8);
        from = 0;
        to = bytes.length;
    }

    /** Its type; {@code message} where the stream named none. */
    public String event() {
        return event;
    }

    /** Its data lines, joined with line feeds. */
    public String data() {
        String text = data;
        if (text == null) {
            text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
            data = text;
        }
        return text;
    }

    /** Where its data is, from {@link #from} to before {@link #to}. Not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SseEvent that && event.equals(that.event) && data().equals(that.data());
    }

    @Override
    public int hashCode() {
        return Objects.hash(event, data());
    }

    @Override
    public String toString() {
        return "SseEvent[" + event + ": " + data() + "]";
    }
}
