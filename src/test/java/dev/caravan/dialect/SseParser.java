package dev.caravan.dialect;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a stream as the standard says. Source: html.spec.whatwg.org, server-sent events, section 9.2.6, read 2026-11-20. */
final class SseParser {

    /** @param name {@code message} where the stream gave none */
    record Event(String name, String data) {}

    private SseParser() {}

    static String text(byte[] stream) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(stream))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("no UTF-8", e);
        }
    }

    static List<Event> events(byte[] stream) {
        List<Event> events = new ArrayList<>();
        String name = "";
        List<String> data = new ArrayList<>();
        String[] lines = text(stream).split("\r\n|\n|\r", -1);
        for (String line : lines) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(new Event(name.isEmpty() ? "message" : name, String.join("\n", data)));
                }
                name = "";
                data.clear();
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "event" -> name = value;
                case "data" -> data.add(value);
                default -> throw new AssertionError("a line that is neither data nor event: " + line);
            }
        }
        if (!data.isEmpty()) {
            throw new AssertionError("the stream ends within an event");
        }
        return events;
    }
}
