package dev.caravan.access;

import dev.caravan.error.RequestException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request was let in.
 *
 * @param refusal null: it was, and what it may use is reserved
 * @param rates what is left; null where nothing of it is known
 */
public record Verdict(
        @Nullable RequestException refusal, @Nullable RateState rates) {}
