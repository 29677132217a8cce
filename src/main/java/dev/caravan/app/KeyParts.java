package dev.caravan.app;

import dev.caravan.access.KeyRing;
import dev.caravan.access.KeyStore;
import dev.caravan.access.Turnstile;
import dev.caravan.route.Door;
import dev.caravan.route.KeyAdmin;
import dev.caravan.route.Limits;
import dev.caravan.route.Models;
import dev.caravan.usage.TokenCounter;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gateway keys: whether they are needed, the beans by which the routes ask for them, and the limits behind them. */
final class KeyParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyParts.class);

    private final boolean required;
    private final KeyStore store;
    private final KeyRing ring;
    private final @Nullable Turnstile turnstile;

    /**
     * @param open whether other machines can reach the gateway
     * @throws StartFailure where they can, and no key stands in their way
     */
    KeyParts(Settings settings, LedgerDatabase database, String gatewayId, String host, boolean open, Clock clock) {
        String mode = settings.text("gateway.keys");
        required = switch (mode) {
            case "on" -> true;
            case "off" -> false;
            case "auto" -> open;
            default -> throw new StartFailure("GATEWAY_KEYS must be auto, on or off, was \"" + mode + "\"");
        };
        store = new KeyStore(database.writer(), database.reader(), clock);
        ring = new KeyRing(store, settings.millis("gateway.keys-refresh-ms", 10));
        if (open && !required) {
            throw new StartFailure(waysOut(host, "gateway keys are off", "set GATEWAY_KEYS to auto and add a key"));
        }
        if (required && !ring.refresh()) {
            throw new StartFailure("The gateway keys cannot be read from the usage database");
        }
        if (open && !hasValidKey(clock.instant())) {
            throw new StartFailure(waysOut(host, "there is no valid gateway key", "add a key"));
        }
        turnstile = required
                ? new Turnstile(
                        database.counters(),
                        gatewayId,
                        clock,
                        settings.millis("gateway.keys-wait-ms", 1),
                        settings.millis("gateway.keys-beat-ms", 10))
                : null;
    }

    private static String waysOut(String host, String why, String add) {
        return "GATEWAY_HOST=" + host + " lets other machines in, and " + why
                + ": unset GATEWAY_HOST to listen on 127.0.0.1 only, or " + add
                + " (java -jar target/caravan.jar keys add --name NAME)";
    }

    private boolean hasValidKey(Instant now) {
        return ring.all().stream().anyMatch(key -> !key.isRevoked() && !key.isExpired(now));
    }

    void bind(Registry beans, TokenCounter counter, Clock clock) {
        beans.bind("door", new Door(required, ring, clock));
        beans.bind("limits", new Limits(turnstile, counter));
    }

    /** What needs to know the models. */
    void bindAdmin(Registry beans, Models models) {
        beans.bind("keyAdmin", new KeyAdmin(store, ring, models));
    }

    void start() {
        if (required) {
            ring.start();
        }
        if (turnstile != null) {
            turnstile.start();
        }
    }

    /** Gives back what that process had reserved: it is gone, and all it used is in the ledger. */
    void journalEnded(String journalId) {
        if (turnstile == null) {
            return;
        }
        try {
            turnstile.gone(journalId);
        } catch (SQLException e) {
            LOG.warn("what an earlier process had reserved is given back later ({})", e.getMessage());
        }
    }

    /** For the person who starts it. */
    String condition() {
        if (!required) {
            return "off: whoever reaches the port can call";
        }
        long valid = ring.all().stream().filter(key -> !key.isRevoked()).count();
        return valid == 0
                ? "needed, and there is none: java -jar target/caravan.jar keys add --name NAME"
                : "needed; there are " + valid;
    }

    boolean isRequired() {
        return required;
    }

    @Override
    public void close() {
        ring.close();
        if (turnstile != null) {
            turnstile.close();
        }
    }
}
