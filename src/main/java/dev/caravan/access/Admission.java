package dev.caravan.access;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many chat requests may be in flight at once. One over the limit is refused at once instead of waiting for ever. Safe
 * for all threads.
 */
public final class Admission {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int limit;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** @param limit requests, at least 1 */
    public Admission(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("gateway.max-in-flight must be at least 1");
        }
        this.limit = limit;
    }

    /** Takes a place; whoever took one gives it back with {@link #leave()}, exactly once. */
    public boolean tryEnter() {
        if (inFlight.incrementAndGet() > limit) {
            inFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    public void leave() {
        inFlight.decrementAndGet();
    }

    public int inFlight() {
        return inFlight.get();
    }

    /** The refusal of a request that found no place. */
    public static RequestException refusal() {
        return new RequestException(
                ErrorCode.OVERLOADED, "Too many requests in flight; try again in a moment", RETRY_AFTER);
    }
}
