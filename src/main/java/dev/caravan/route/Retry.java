package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.ProviderRejection;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.AsyncCallback;
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

    /** A wait that has been decided on, after that failure. */
    record Due(Duration time, GatewayException failure) {

        private static final String PROPERTY = "retryDue";

        static void keepIn(Exchange exchange, Duration time, GatewayException failure) {
            exchange.setProperty(PROPERTY, new Due(time, failure));
        }
    }

    /** Goes on when the request may be sent again, as {@link Failover} decided; fails with it where the caller goes away meanwhile. */
    public boolean await(Exchange exchange, AsyncCallback callback) {
        Due due = Objects.requireNonNull(exchange.getProperty(Due.PROPERTY, Due.class), "no wait was decided on");
        ChatCall call = ChatCall.of(exchange);
        call.onLoop(() -> {
            Vertx clock = call.loop().owner();
            long timer = clock.setTimer(Math.max(1, due.time().toMillis()), now -> callback.done(false));
            call.onGone(() -> {
                if (clock.cancelTimer(timer)) {
                    exchange.setException(due.failure());
                    callback.done(false);
                }
            });
        });
        return false;
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
}
