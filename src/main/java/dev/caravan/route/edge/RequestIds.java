package dev.caravan.route.edge;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Request ids: {@code req_}, 48 bits of time, 40 random bits of this process, a 32-bit counter. Unique, also between
 * processes; they sort by time. Safe for all threads.
 */
final class RequestIds {

    private final String process;
    private final AtomicInteger counter;

    RequestIds() {
        SecureRandom random = new SecureRandom();
        byte[] bytes = new byte[5];
        random.nextBytes(bytes);
        process = HexFormat.of().formatHex(bytes);
        counter = new AtomicInteger(random.nextInt());
    }

    String next() {
        HexFormat hex = HexFormat.of();
        return "req_" + hex.toHexDigits(System.currentTimeMillis(), 12) + process
                + hex.toHexDigits(counter.getAndIncrement());
    }
}
