package dev.caravan.route.edge;

import java.time.Duration;

/**
 * What a caller may ask of the edge.
 *
 * @param maxBodyBytes the largest request body; default 32 MiB
 * @param headerTimeout until a request's headers are whole, however slowly they drip; default 10 s
 * @param bodyTimeout until a request's body is whole; default 60 s
 * @param idleTimeout until a connection without a request is closed; default 75 s
 */
public record EdgeLimits(long maxBodyBytes, Duration headerTimeout, Duration bodyTimeout, Duration idleTimeout) {

    /** Request line and headers, bytes. What is longer is no chat request. */
    static final int MAX_HEADER_BYTES = 32 * 1024;

    /** The request line, bytes. */
    static final int MAX_LINE_BYTES = 8 * 1024;
}
