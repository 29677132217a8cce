package dev.caravan.stub;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the stub does with one request. Immutable. */
public record Reply(
        Kind kind,
        int status,
        @Nullable String body,
        Map<String, String> headers,
        Duration delay,
        Duration each,
        long[] usage,
        String text) {

    enum Kind {
        /** The provider's own well-formed answer. */
        OK,
        /** The provider's own error body around a message. */
        ERROR,
        /** Exactly that body. */
        RAW,
        /** No answer, ever. */
        HANG,
        /** The connection is closed before any answer. */
        RESET,
        /** Half of an answer, then the connection is closed. */
        HALF,
        /** An answer byte by byte, for a long time. */
        DRIP,
        /** The provider's own well-formed stream of a text. */
        SPOKEN,
        /** Server-sent events, one at a time, and the end. */
        STREAM,
        /** Server-sent events, one at a time, and then the connection is closed in the middle of the answer. */
        CUT
    }

    private static Reply of(Kind kind, int status, @Nullable String body) {
        return new Reply(kind, status, body, Map.of(), Duration.ZERO, Duration.ZERO, new long[] {12, 34}, "");
    }

    /** 12 tokens in, 34 out, "Hello from" the provider's name. */
    public static Reply ok() {
        return of(Kind.OK, 200, null);
    }

    public static Reply error(int status, String message) {
        return of(Kind.ERROR, status, message);
    }

    public static Reply of(int status, String body) {
        return of(Kind.RAW, status, body);
    }

    public static Reply json(String body) {
        return of(Kind.RAW, 200, body);
    }

    public static Reply hang() {
        return of(Kind.HANG, 0, null);
    }

    public static Reply reset() {
        return of(Kind.RESET, 0, null);
    }

    public static Reply half() {
        return of(Kind.HALF, 200, null);
    }

    /** A byte every 20 ms. */
    public static Reply drip() {
        return drip(Duration.ofMillis(20));
    }

    public static Reply drip(Duration each) {
        return new Reply(Kind.DRIP, 200, null, Map.of(), Duration.ZERO, each, new long[] {12, 34}, "");
    }

    /** @param events the whole text of the stream, in the provider's format */
    public static Reply stream(String events, Duration each) {
        return new Reply(Kind.STREAM, 200, events, Map.of(), Duration.ZERO, each, new long[] {12, 34}, "");
    }

    /** A text as a stream in the format of whichever provider is asked, a few characters at a time. */
    public static Reply spoken(String words, Duration each) {
        return new Reply(Kind.SPOKEN, 200, null, Map.of(), Duration.ZERO, each, new long[] {12, 34}, words);
    }

    /** As {@link #stream}, but the connection breaks after the last event. */
    public static Reply cut(String events, Duration each) {
        return new Reply(Kind.CUT, 200, events, Map.of(), Duration.ZERO, each, new long[] {12, 34}, "");
    }

    public Reply usage(long prompt, long completion) {
        return new Reply(kind, status, body, headers, delay, each, new long[] {prompt, completion}, text);
    }

    /** Usage in which some of the prompt was cached and some of the answer is reasoning; for OpenAI's streams. */
    public Reply usage(long prompt, long cached, long completion, long reasoning) {
        long[] all = {prompt, completion, cached, reasoning};
        return new Reply(kind, status, body, headers, delay, each, all, text);
    }

    public Reply text(String words) {
        return new Reply(kind, status, body, headers, delay, each, usage, words);
    }

    public Reply delay(Duration wait) {
        return new Reply(kind, status, body, headers, wait, each, usage, text);
    }

    public Reply header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(kind, status, body, more, delay, each, usage, text);
    }
}
