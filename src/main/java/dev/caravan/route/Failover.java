package dev.caravan.route;

import dev.caravan.catalog.Model;
import dev.caravan.dialect.ModelChecks;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.RequestException;
import dev.caravan.usage.TokenCounter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which way a request goes on when a try has failed: to the same model again, with another of the provider's keys at once or
 * after a wait, or to the next of its fallbacks. Only before the first byte of an answer. Safe for all threads.
 */
public final class Failover {

    private static final Logger LOG = LoggerFactory.getLogger(Failover.class);

    /** What the route's choice reads. */
    private static final String WAY = "way";

    private static final String ANOTHER_KEY = "another-key";
    private static final String AGAIN = "again";
    private static final String FALLBACK = "fallback";

    /** The provider's failures, and ours towards it. All others are the caller's own mistakes, which no other model mends. */
    private static final Set<ErrorCode> FAULTS = EnumSet.of(
            ErrorCode.RATE_LIMITED,
            ErrorCode.QUOTA_EXHAUSTED,
            ErrorCode.PROVIDER_ERROR,
            ErrorCode.PROVIDER_TIMEOUT,
            ErrorCode.PROVIDER_OVERLOADED,
            ErrorCode.CIRCUIT_OPEN,
            ErrorCode.PROVIDER_KEY_MISSING,
            ErrorCode.PROVIDER_KEY_INVALID,
            // No place left with this provider.
            ErrorCode.OVERLOADED);

    private final Retry retry;
    private final TokenCounter counter;
    private final KeyRests rests;
    private final FailoverMeters meters;
    private final int tries;

    /** @param tries of a model that has a fallback left, the first included; at least 1 */
    public Failover(Retry retry, TokenCounter counter, KeyRests rests, FailoverMeters meters, int tries) {
        this.meters = meters;
        this.rests = rests;
        this.retry = retry;
        this.counter = counter;
        this.tries = tries;
    }

    /**
     * Chooses the way on.
     *
     * @throws GatewayException where there is none: no wait and no other model mends it, the tries or the time are used up, the
     *     answer has begun, the caller has gone
     */
    @NeverWaits
    public void choose(Exchange exchange) throws Exception {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        ChatCall call = ChatCall.of(exchange);
        GatewayException explained = UpstreamFailures.explain(failure, call);
        if (explained == null) {
            throw failure;
        }
        Chain chain = Chain.find(exchange);
        String way = way(exchange, call, chain, explained);
        if (way == null) {
            throw end(call, chain, explained);
        }
        exchange.setProperty(WAY, way);
        // The first failure's mark would let the next steps of this exchange pass for failed ones.
        exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
        call.forgetUnsent();
    }

    /** Turns to another key of the same provider, which is taken when the request is sent again. */
    @NeverWaits
    public void changeKey(Exchange exchange) {
        Objects.requireNonNull(KeyTurn.find(exchange), "a provider with one key")
                .change();
    }

    /** Turns to the next model. What the last provider left behind says nothing about the next. */
    @NeverWaits
    public void turn(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        Chain chain = Objects.requireNonNull(Chain.find(exchange), "a model without fallbacks");
        chain.turn(call);
        exchange.setProperty(Models.PROVIDER, call.model().provider());
        exchange.removeProperty(ProviderSteps.UPSTREAM_STATUS);
        exchange.removeProperty(ProviderSteps.UPSTREAM_MESSAGE);
        exchange.removeProperty(Exchange.CIRCUIT_BREAKER_STATE);
        KeyTurn.forget(exchange);
    }

    private @Nullable String way(Exchange exchange, ChatCall call, @Nullable Chain chain, GatewayException failure) {
        KeyTurn key = KeyTurn.find(exchange);
        boolean anotherKey = key != null && key.failed(failure, rests, meters);
        if (call.hasBegun() || call.callerGone()) {
            return null;
        }
        if (anotherKey) {
            return ANOTHER_KEY;
        }
        int attempt = (chain == null ? call.attempts() : chain.attempts(call)) - (key == null ? 0 : key.changes());
        Model next = chain != null && failsOver(chain, failure) ? next(chain, call) : null;
        Duration wait = retry.waitBefore(attempt, failure, breakerOpened(exchange));
        if (key != null) {
            wait = key.sooner(wait, failure);
        }
        boolean inTime = wait != null && wait.toNanos() < call.remainingNanos();
        if (wait != null && inTime && (next == null || isWorthATry(failure, attempt))) {
            Retry.Due.keepIn(exchange, wait, failure);
            return AGAIN;
        }
        if (chain == null || next == null) {
            return null;
        }
        chain.failed(call, failure);
        meters.turned(call.model(), next, failure.code());
        LOG.info(
                "{} model={} provider={} failed with {}, next is model={} provider={}",
                call.requestId(),
                call.model().id(),
                call.model().provider(),
                failure.code().wireName(),
                next.id(),
                next.provider());
        return FALLBACK;
    }

    /** With somebody else to ask, only a fault that may be over in a moment is worth another try. */
    private boolean isWorthATry(GatewayException failure, int attempt) {
        return attempt < tries
                && failure instanceof ProviderFault
                && failure.code() != ErrorCode.PROVIDER_TIMEOUT
                && failure.retryAfter() == null;
    }

    private static boolean failsOver(Chain chain, GatewayException failure) {
        // What a fallback refuses was not refused by the model that was asked for: the next may take it.
        return chain.isAtFallback() ? failure.code() != ErrorCode.LEDGER_UNAVAILABLE : FAULTS.contains(failure.code());
    }

    /** The next model that can take the request; what it cannot be told at all, its translator finds. */
    private @Nullable Model next(Chain chain, ChatCall call) {
        Model next = chain.next();
        while (next != null) {
            try {
                ModelChecks.check(call.request(), next);
                counter.check(call.request(), next);
                return next;
            } catch (RequestException e) {
                chain.passOver(e);
            }
            next = chain.next();
        }
        return null;
    }

    private static GatewayException end(ChatCall call, @Nullable Chain chain, GatewayException failure) {
        if (chain == null || call.hasBegun() || !failsOver(chain, failure)) {
            return failure;
        }
        chain.failed(call, failure);
        return chain.end(call);
    }

    /** A breaker that this very failure opened lets no second try through: the provider is tried again in some seconds. */
    private static boolean breakerOpened(Exchange exchange) {
        return "OPEN".equals(exchange.getProperty(Exchange.CIRCUIT_BREAKER_STATE));
    }
}
