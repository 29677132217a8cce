package dev.caravan.route;

import dev.caravan.route.edge.EdgeConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.apache.camel.impl.engine.CamelInternalProcessor;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * A route whose place another one takes. Camel would stop its steps under those who still walk them; so what has to be stopped is
 * taken out of it, and stopped when the last one has left.
 */
final class RetiredRoute {

    /** Between a consumer's hand and the route's clock a request is not counted. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(2);

    private final List<Service> services;
    private final @Nullable RouteClock clock;
    private final long since = System.nanoTime();

    private RetiredRoute(List<Service> services, @Nullable RouteClock clock) {
        this.services = services;
        this.clock = clock;
    }

    /** Takes out of the route what Camel would stop. Its consumer gets nothing new once the next one stands. */
    static RetiredRoute of(Route route, DefaultConsumer consumer) {
        List<Service> services = new ArrayList<>(route.getServices());
        route.getServices().clear();
        RouteDefinition definition = route.getCamelContext()
                .getCamelContextExtension()
                .getContextPlugin(Model.class)
                .getRouteDefinition(route.getId());
        if (definition != null) {
            definition.getOutputs().stream()
                    .filter(OnExceptionDefinition.class::isInstance)
                    .forEach(step -> keepRunning(route, step.getId(), services));
        }
        if (!(consumer instanceof DefaultPlatformHttpConsumer)) {
            consumer.suspend();
        }
        RouteClock clock =
                route.getProcessor() instanceof CamelInternalProcessor walk ? walk.getAdvice(RouteClock.class) : null;
        return new RetiredRoute(services, clock);
    }

    /** The next route stands: requests go there. */
    void replaced() {
        for (Service service : services) {
            if (service instanceof DefaultPlatformHttpConsumer consumer
                    && consumer.getPlatformHttpConsumer() instanceof EdgeConsumer edge) {
                edge.retire();
            }
        }
    }

    /** Whether nobody walks it any more. */
    boolean isLeft() {
        return System.nanoTime() - since > ON_THE_WAY.toNanos() && (clock == null || clock.inside() == 0);
    }

    void stop() {
        services.stream().filter(Consumer.class::isInstance).forEach(ServiceHelper::stopAndShutdownService);
        ServiceHelper.stopAndShutdownServices(services);
    }

    private static void keepRunning(Route route, String id, List<Service> services) {
        if (route.getOnException(id) instanceof DelegateAsyncProcessor steps) {
            services.add(steps);
            route.setOnException(id, new Untied(steps));
        }
    }

    /** The same steps, but nothing that Camel would stop. */
    private record Untied(AsyncProcessor steps) implements AsyncProcessor {

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return steps.process(exchange, callback);
        }

        @Override
        public CompletableFuture<Exchange> processAsync(Exchange exchange) {
            return steps.processAsync(exchange);
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            steps.process(exchange);
        }
    }
}
