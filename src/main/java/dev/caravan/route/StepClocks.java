package dev.caravan.route;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.impl.engine.CamelInternalProcessor;
import org.apache.camel.spi.ManagementInterceptStrategy;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * A clock for each step of each route, in the place of Camel's own, whose counts are whole milliseconds, know no percentile and
 * cost more. A route that is loaded anew begins at zero.
 */
public final class StepClocks extends LifecycleStrategySupport {

    private final ConcurrentMap<String, RouteClock> routes = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, ConcurrentMap<String, StepTimes>> steps = new ConcurrentHashMap<>();

    /** Takes the place of Camel's clocks; after JMX is set up and before routes are started. */
    public void attach(CamelContext context) {
        context.addLifecycleStrategy(this);
    }

    /** Null where the route was never started. */
    @Nullable
    RouteClock ofRoute(String route) {
        return routes.get(route);
    }

    /** Null for what is not walked but only chosen, such as a {@code when}. */
    @Nullable
    StepTimes ofStep(String route, String step) {
        Map<String, StepTimes> all = steps.get(route);
        return all == null ? null : all.get(step);
    }

    @Override
    public void onRouteContextCreate(Route route) {
        ConcurrentMap<String, StepTimes> fresh = new ConcurrentHashMap<>();
        steps.put(route.getRouteId(), fresh);
        ManagementInterceptStrategy camels = route.getManagementInterceptStrategy();
        if (camels != null) {
            route.setManagementInterceptStrategy(new Clocks(camels, fresh));
        }
    }

    @Override
    public void onRoutesAdd(Collection<Route> added) {
        for (Route route : added) {
            // A route that was only stopped comes here again when it is started.
            if (route.getProcessor() instanceof CamelInternalProcessor walk
                    && walk.getAdvice(RouteClock.class) == null) {
                RouteClock clock = new RouteClock();
                walk.addAdvice(clock);
                routes.put(route.getRouteId(), clock);
            }
        }
    }

    @Override
    public void onRoutesRemove(Collection<Route> removed) {
        for (Route route : removed) {
            routes.remove(route.getRouteId());
        }
    }

    private record Clocks(ManagementInterceptStrategy camels, ConcurrentMap<String, StepTimes> times)
            implements ManagementInterceptStrategy {

        @Override
        public InstrumentationProcessor<?> createProcessor(NamedNode step, Processor target) {
            // So that JMX goes on to show the step.
            camels.createProcessor(step, target);
            return new StepClock(
                    times.computeIfAbsent(Objects.requireNonNullElse(step.getId(), ""), id -> new StepTimes()), target);
        }

        @Override
        public InstrumentationProcessor<?> createProcessor(String type) {
            return new RouteCount(type);
        }
    }
}
