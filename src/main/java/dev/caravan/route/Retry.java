package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.ProviderRejection;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when a failed request is sent again: exponential backoff with jitter, never shorter than the provider asks for,
 * never longer than the call's time budget. Safe for all threads.
 */
public final class Retry {

    private final int maxAttempts;
    private final Duration firstWait;
    private final Duration longestWait;

    /**
     * @param maxAttempts tries of one request, the first included; at least 1
     * @param firstWait before the second try; doubles with each further one
     * @param longestWait the backoff's bound; a provider's {@code Retry-After} may be longer
     */
    public Retry(int maxAttempts, Duration firstWait, Duration longestWait) {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("retry.max-attempts must be at least 1");
        }
        this.maxAttempts = maxAttempts;
        this.firstWait = firstWait;
        this.longestWait = longestWait;
    }

    /**
     * Waits until the request may be sent again.
     *
     * @throws GatewayException where it must not be: no wait mends it, the tries or the budget are used up, the caller has gone
     */
    public void waitOrFail(Exchange exchange) throws Exception {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        ChatCall call = ChatCall.of(exchange);
        GatewayException explained = UpstreamFailures.explain(failure, call);
        if (explained == null) {
            throw failure;
        }
        Duration wait = waitBefore(call.attempts(), explained, breakerOpened(exchange));
        if (wait == null || call.hasBegun() || call.callerGone()) {
            throw explained;
        }
        if (wait.toNanos() >= call.remainingNanos()) {
            throw explained;
        }
        // The first failure's mark would let the next steps of this exchange pass for failed ones.
        exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
        if (!call.waitForCaller(wait.toMillis())) {
            throw explained;
        }
    }

    /**
     * How long to wait after a failed try.
     *
     * @param attempt which try failed, from 1
     * @return null where the request must not be sent again
     */
    @Nullable
    Duration waitBefore(int attempt, GatewayException failure, boolean breakerOpened) {
        boolean retryable = failure instanceof ProviderFault fault
                ? fault.retryable()
                : failure instanceof ProviderRejection rejection && rejection.retryable();
        if (!retryable || breakerOpened || attempt >= maxAttempts || failure.code() == ErrorCode.CIRCUIT_OPEN) {
            return null;
        }
        long backoff = Math.min(longestWait.toMillis(), firstWait.toMillis() << Math.min(attempt - 1, 16));
        // Half of the wait is left to chance, so that callers who failed together do not come back together.
        long wait = backoff / 2 + ThreadLocalRandom.current().nextLong(backoff / 2 + 1);
        Duration asked = failure.retryAfter();
        return asked == null || asked.toMillis() < wait ? Duration.ofMillis(wait) : asked;
    }

    /** A breaker that this very failure opened lets no second try through: the provider is tried again in some seconds. */
    private static boolean breakerOpened(Exchange exchange) {
        return "OPEN".equals(exchange.getProperty(Exchange.CIRCUIT_BREAKER_STATE));
    }
}
