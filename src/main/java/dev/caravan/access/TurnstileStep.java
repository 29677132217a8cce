package dev.caravan.access;

import java.util.concurrent.CompletableFuture;

/** What waits at the {@link Turnstile}. */
sealed interface TurnstileStep {

    String keyId();

    /**
     * A request wants in.
     *
     * @param tokens that it may use at most; 0: it is not measured, only counted
     * @param micros their price, micro-USD
     */
    record Enter(String requestId, String keyId, long tokens, long micros, CompletableFuture<Verdict> verdict)
            implements TurnstileStep {

        /** Whether something has to be given back. */
        boolean reserves() {
            return tokens > 0 || micros > 0;
        }
    }

    /** A request that had reserved something has ended. */
    record Settle(String requestId, String keyId, long tokens, long micros) implements TurnstileStep {}
}
