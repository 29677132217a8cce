package dev.caravan.route;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.jspecify.annotations.Nullable;

/** The breakers' states as numbers; looked up at each reading, because an edited route has a new breaker. */
public final class BreakerGauges {

    private static final String OF_PROVIDER = "provider-";

    private final CamelContext context;
    private final MeterRegistry registry;

    public BreakerGauges(CamelContext context, MeterRegistry registry) {
        this.context = context;
        this.registry = registry;
    }

    /** Watches the breaker of that provider's route; nothing where it has none. */
    public void watch(String provider) {
        if (breaker(provider) != null) {
            Gauge.builder("caravan.breaker.state", () -> state(provider))
                    .description("0 closed, 1 half open, 2 open")
                    .tag("provider", provider)
                    .register(registry);
        }
    }

    private double state(String provider) {
        ResilienceProcessor breaker = breaker(provider);
        if (breaker == null) {
            return Double.NaN;
        }
        return switch (breaker.getCircuitBreakerState()) {
            case "OPEN", "FORCED_OPEN" -> 2;
            case "HALF_OPEN" -> 1;
            default -> 0;
        };
    }

    private @Nullable ResilienceProcessor breaker(String provider) {
        Route route = context.getRoute(OF_PROVIDER + provider);
        if (route != null) {
            for (Processor step : route.filter(".*-breaker")) {
                if (step instanceof ResilienceProcessor breaker) {
                    return breaker;
                }
            }
        }
        return null;
    }
}
