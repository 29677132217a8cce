package dev.caravan.route.edge;

import java.time.Duration;

/**
 * What a caller may ask of the edge.
 *
 * @param maxBodyBytes the largest request body, bytes; default 32 MiB
 * @param maxBytesInFlight of all requests' bodies together, bytes; default 64 MiB
 * @param maxLineBytes the longest request line, bytes; default 8 KiB
 * @param maxHeadBytes request line and headers together, bytes; default 32 KiB: what is longer is no chat request
 * @param headerTimeout until a request's headers are whole, however slowly they drip; default 10 s
 * @param bodyTimeout until a request's body is whole; default 60 s
 * @param idleTimeout until a kept-alive connection without a request is closed in silence; default 75 s
 * @param lingerTimeout how long a caller may go on sending what nobody reads after its answer, so that it sees the answer and
 *     not a reset; default 1 s
 */
public record EdgeLimits(
        long maxBodyBytes,
        long maxBytesInFlight,
        int maxLineBytes,
        int maxHeadBytes,
        Duration headerTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration lingerTimeout) {

    /** Every limit at its default. */
    public static final EdgeLimits DEFAULTS = new EdgeLimits(
            32L << 20, 64L << 20, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(75));

    /** The limits that are settings; the others at their defaults. */
    public EdgeLimits(
            long maxBodyBytes,
            long maxBytesInFlight,
            Duration headerTimeout,
            Duration bodyTimeout,
            Duration idleTimeout) {
        this(
                maxBodyBytes,
                maxBytesInFlight,
                8 * 1024,
                32 * 1024,
                headerTimeout,
                bodyTimeout,
                idleTimeout,
                Duration.ofSeconds(1));
    }
}
