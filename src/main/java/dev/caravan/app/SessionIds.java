package dev.caravan.app;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;

/**
 * Ids of sessions whose callers name none: {@code sess_}, 48 bits of time and 80 random bits. Nobody guesses one. They sort by
 * time, so that the ledger's index of sessions grows at its end: with wholly random ids each row changed another page of it,
 * which was most of what the writer wrote. Safe for all threads.
 */
final class SessionIds {

    private static final int RANDOM_BYTES = 10;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    SessionIds(Clock clock) {
        this.clock = clock;
    }

    String next() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        HexFormat hex = HexFormat.of();
        return "sess_" + hex.toHexDigits(clock.millis(), 12) + hex.formatHex(bytes);
    }
}
