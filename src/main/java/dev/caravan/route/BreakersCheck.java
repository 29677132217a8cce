package dev.caravan.route;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** The state of each provider's breaker. An open one is told, and is no reason to be DOWN: the other providers are served. */
public final class BreakersCheck extends AbstractHealthCheck {

    private final CamelContext context;

    public BreakersCheck(CamelContext context) {
        super("caravan", "breakers");
        this.context = context;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        for (Route route : context.getRoutes()) {
            for (Processor step : route.filter(".*-breaker")) {
                if (step instanceof ResilienceProcessor breaker) {
                    builder.detail(breaker.getId(), breaker.getCircuitBreakerState());
                }
            }
        }
        builder.state(HealthCheck.State.UP);
    }
}
