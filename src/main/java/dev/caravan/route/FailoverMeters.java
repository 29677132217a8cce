package dev.caravan.route;

import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what goes another way than it should: only then is it touched. Safe for all threads. */
public final class FailoverMeters {

    private final MeterRegistry registry;

    public FailoverMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A request turns from a model that failed to the next of its fallbacks. */
    void turned(Model from, Model to, ErrorCode why) {
        Counter.builder("caravan.fallbacks")
                .description("Requests that turned from a model that failed to the next of the asked model's fallbacks")
                .tags("provider", from.provider(), "model", from.id(), "next_model", to.id(), "code", why.wireName())
                .register(registry)
                .increment();
    }

    /** A key that was awake begins to rest. */
    void rested(String provider, String keyName, ErrorCode why) {
        Counter.builder("caravan.provider.key.rests")
                .description("How often one of a provider's several keys was put aside, by its name")
                .tags("provider", provider, "key", keyName, "code", why.wireName())
                .register(registry)
                .increment();
    }
}
