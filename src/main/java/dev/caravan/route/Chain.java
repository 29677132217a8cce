package dev.caravan.route;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.Model;
import dev.caravan.error.FailedTry;
import dev.caravan.error.GatewayException;
import dev.caravan.error.NoModelServed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The models that may serve one request: the one that was asked for, and its fallbacks in their order, as far as the caller's
 * key allows them. Each has an even share of the time that is left, so that a provider that hangs leaves time for the next. For
 * one walk, one thread.
 */
final class Chain {

    private static final String PROPERTY = "chain";

    private final List<Model> models;
    private final @Nullable GatewayException[] failures;
    private final long endNanos;
    private int at;
    private int attemptsBefore;
    private @Nullable Integer firstStatus;

    private Chain(List<Model> models, long endNanos) {
        this.models = models;
        this.failures = new GatewayException[models.size()];
        this.endNanos = endNanos;
    }

    /** Gives the call its chain, where any fallback is allowed to its caller. */
    static void begin(Exchange exchange, Catalog catalog, Model asked) {
        CallerIdentity caller = CallerIdentity.of(exchange);
        List<Model> models = new ArrayList<>();
        models.add(asked);
        asked.fallbacks().stream().map(catalog::require).filter(caller::allows).forEach(models::add);
        if (models.size() > 1) {
            long endNanos = System.nanoTime() + ChatCall.of(exchange).remainingNanos();
            exchange.setProperty(PROPERTY, new Chain(models, endNanos));
        }
    }

    /** From now on the first model has its share of the time. */
    static void start(Exchange exchange, ChatCall call) {
        Chain chain = find(exchange);
        if (chain != null) {
            call.rearm(chain.share());
        }
    }

    /** Null where there is nothing to fall back to. */
    static @Nullable Chain find(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Chain.class);
    }

    /** All models that may serve the call. */
    static List<Model> models(Exchange exchange, ChatCall call) {
        Chain chain = find(exchange);
        return chain == null ? List.of(call.model()) : chain.models;
    }

    boolean isAtFallback() {
        return at > 0;
    }

    /** How often the model that is asked now was tried. */
    int attempts(ChatCall call) {
        return call.attempts() - attemptsBefore;
    }

    /** The next model that was not passed over; null where none is left, or no time. */
    @Nullable
    Model next() {
        int next = nextIndex();
        return next < models.size() && endNanos - System.nanoTime() > 0 ? models.get(next) : null;
    }

    /** The next model cannot take this request. */
    void passOver(GatewayException reason) {
        failures[nextIndex()] = reason;
    }

    /** The model that is asked now has failed. */
    void failed(ChatCall call, GatewayException failure) {
        failures[at] = failure;
        if (at == 0) {
            firstStatus = call.upstreamStatus();
        }
    }

    /** Lets the call ask the next model. */
    void turn(ChatCall call) {
        at = nextIndex();
        attemptsBefore = call.attempts();
        call.turnTo(models.get(at), share());
    }

    /** The end of a call that no model served: the failure, and in the ledger the row, of the model that was asked for. */
    GatewayException end(ChatCall call) {
        call.turnTo(models.get(0), left());
        if (firstStatus != null) {
            call.upstreamAnswered(firstStatus);
        }
        List<FailedTry> tried = new ArrayList<>();
        for (int i = 0; i < failures.length; i++) {
            GatewayException failure = failures[i];
            if (failure != null) {
                Model model = models.get(i);
                tried.add(new FailedTry(model.id(), model.provider(), failure.code(), failure.param()));
            }
        }
        return new NoModelServed(Objects.requireNonNull(failures[0]), tried);
    }

    private int nextIndex() {
        int next = at + 1;
        while (next < failures.length && failures[next] != null) {
            next++;
        }
        return next;
    }

    private Duration share() {
        int waiting = 1;
        for (int i = at + 1; i < failures.length; i++) {
            waiting += failures[i] == null ? 1 : 0;
        }
        return left().dividedBy(waiting);
    }

    private Duration left() {
        return Duration.ofNanos(endNanos - System.nanoTime());
    }
}
