package dev.caravan.route;

import dev.caravan.access.AccessKey;
import dev.caravan.access.KeyRing;
import dev.caravan.access.KeyText;
import dev.caravan.error.RequestException;
import dev.caravan.route.edge.CallerConnection;
import io.vertx.core.Context;
import java.time.Clock;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The first step of every route that answers a caller: who is it? Where gateway keys are off, everybody is the owner of the
 * machine, and what a caller sends as a key is thrown away.
 */
public final class Door {

    private final boolean required;
    private final KeyRing ring;
    private final Clock clock;

    /** @param required whether a caller needs a key */
    public Door(boolean required, KeyRing ring, Clock clock) {
        this.required = required;
        this.ring = ring;
        this.clock = clock;
    }

    /** Lets in whoever has a valid key. */
    public boolean enter(Exchange exchange, AsyncCallback callback) {
        if (required) {
            KeyText sent = sent(exchange);
            if (Context.isOnEventLoopThread() && !ring.has(sent.id())) {
                // One that was made a moment ago is looked for in the database.
                return WorkerStep.onWorker(exchange, callback, (same, done) -> {
                    CallerIdentity.of(valid(sent)).keepIn(same);
                    done.done(false);
                    return false;
                });
            }
            CallerIdentity.of(valid(sent)).keepIn(exchange);
        } else {
            admitOwner(exchange);
        }
        callback.done(true);
        return true;
    }

    /** Lets in whoever has a valid admin key. */
    public void admin(Exchange exchange) {
        know(exchange);
        requireAdmin(exchange);
    }

    /** Lets in whoever has a valid admin key, also where keys are off: a key that is made now may be needed later. */
    public void manage(Exchange exchange) {
        if (!required) {
            ring.refresh();
        }
        CallerIdentity.of(valid(sent(exchange))).keepIn(exchange);
        requireAdmin(exchange);
    }

    /** Lets everybody in, and sees whether it is somebody. */
    public void look(Exchange exchange) {
        CallerIdentity.STRANGER.keepIn(exchange);
        try {
            know(exchange);
        } catch (RequestException e) {
            CallerIdentity.STRANGER.keepIn(exchange);
        }
    }

    private void know(Exchange exchange) {
        if (required) {
            CallerIdentity.of(valid(sent(exchange))).keepIn(exchange);
        } else {
            admitOwner(exchange);
        }
    }

    private static void admitOwner(Exchange exchange) {
        CallerKey.remove(CallerConnection.of(exchange).request());
        CallerIdentity.OWNER.keepIn(exchange);
    }

    private static void requireAdmin(Exchange exchange) {
        if (!CallerIdentity.of(exchange).isAdmin()) {
            throw CallerKey.refusal("This needs an admin key");
        }
    }

    private static KeyText sent(Exchange exchange) {
        KeyText sent = CallerKey.take(CallerConnection.of(exchange).request());
        if (sent == null) {
            throw CallerKey.refusal("A gateway key is needed: Authorization: Bearer cv-…, or x-api-key: cv-…");
        }
        return sent;
    }

    private AccessKey valid(KeyText sent) {
        @Nullable AccessKey key = ring.find(sent.id());
        // An unknown id takes as long as a known one.
        boolean right = sent.hasHash(key == null ? "" : key.hash());
        if (key == null || !right) {
            throw CallerKey.refusal("Unknown gateway key");
        }
        if (key.isRevoked()) {
            throw CallerKey.refusal("This gateway key was revoked");
        }
        if (key.isExpired(clock.instant())) {
            throw CallerKey.refusal("This gateway key has expired");
        }
        return key;
    }
}
