package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of a provider's several keys a call uses; there is none where a provider has only one. For one walk, one thread.
 */
final class KeyTurn {

    private static final Logger LOG = LoggerFactory.getLogger(KeyTurn.class);
    private static final String PROPERTY = "keyTurn";

    private final ProviderKeys keys;
    private int key;
    private int changes;

    private KeyTurn(ProviderKeys keys) {
        this.keys = keys;
    }

    /** The value of the key whose turn it is. */
    static String take(Exchange exchange, ProviderKeys keys) {
        KeyTurn turn = find(exchange);
        if (turn == null || turn.keys != keys) {
            turn = new KeyTurn(keys);
            exchange.setProperty(PROPERTY, turn);
        }
        turn.key = keys.take();
        return keys.value(turn.key);
    }

    static @Nullable KeyTurn find(Exchange exchange) {
        return exchange.getProperty(PROPERTY, KeyTurn.class);
    }

    static void forget(Exchange exchange) {
        exchange.removeProperty(PROPERTY);
    }

    /** How often this call changed its key: no tries, for the provider was never in doubt. */
    int changes() {
        return changes;
    }

    /**
     * Lets the key rest where the failure is its own.
     *
     * @return whether another key can be used at once; each is used once at most
     */
    boolean failed(GatewayException failure, KeyRests rests, FailoverMeters meters) {
        Duration time = rests.after(failure);
        if (time == null) {
            return false;
        }
        Instant until = keys.now().plus(time);
        if (keys.rest(key, until, failure.code())) {
            LOG.warn(
                    "the key {} rests until {}: {}",
                    keys.name(key),
                    until.truncatedTo(ChronoUnit.SECONDS),
                    failure.code().wireName());
            meters.rested(keys.provider(), keys.name(key), failure.code());
        }
        return changes < keys.count() - 1 && keys.untilAwake().isZero();
    }

    /** The wait after a rate limit: that of the key which may be used again first, not of the one that was asked last. */
    @Nullable
    Duration sooner(@Nullable Duration wait, GatewayException failure) {
        if (wait == null || failure.code() != ErrorCode.RATE_LIMITED) {
            return wait;
        }
        Duration other = keys.untilAwake();
        return other.isZero() || other.compareTo(wait) > 0 ? wait : other;
    }

    void change() {
        changes++;
    }
}
