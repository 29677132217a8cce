package dev.caravan.route;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.impl.engine.CamelInternalProcessor;
import org.apache.camel.processor.RoutePipeline;
import org.apache.camel.spi.CamelInternalProcessorAdvice;
import org.apache.camel.spi.ManagementInterceptStrategy.InstrumentationProcessor;
import org.apache.camel.spi.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * A whole route. A request that comes into it from another one is already in a unit of work, which it only has to be told of;
 * what begins here, and routes with more around them than clocks and counts, are walked as Camel does.
 */
final class RouteWalk extends CamelInternalProcessor {

    private final AsyncProcessor steps;
    private final Route route;
    private int advices;
    private int known;
    private @Nullable RouteClock clock;
    private @Nullable RouteCount count;

    RouteWalk(CamelContext camelContext, RoutePipeline steps, Route route) {
        super(camelContext, steps);
        this.steps = StepSequence.of(steps);
        this.route = route;
    }

    @Override
    public void addAdvice(CamelInternalProcessorAdvice<?> advice) {
        super.addAdvice(advice);
        advices++;
        if (advice instanceof RouteClock times) {
            clock = times;
            known++;
        } else if (advice instanceof UnitOfWorkProcessorAdvice
                || advice instanceof RouteInflightRepositoryAdvice
                || advice instanceof RouteLifecycleAdvice) {
            known++;
        }
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void addManagementInterceptStrategy(InstrumentationProcessor processor) {
        super.addManagementInterceptStrategy(processor);
        if (processor instanceof RouteCount ours) {
            count = ours;
            known++;
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        UnitOfWork work = exchange.getUnitOfWork();
        if (work == null || advices != known || exchange.isTransacted()) {
            return super.process(exchange, callback);
        }
        if (exchange.getFromRouteId() == null) {
            exchange.getExchangeExtension().setFromRouteId(route.getRouteId());
        }
        work.pushRoute(route);
        work.beforeRoute(exchange, route);
        boolean counted = count != null && count.begin(exchange);
        if (clock != null) {
            clock.begin();
        }
        long began = System.nanoTime();
        AsyncCallback leave = doneSync -> {
            left(exchange, work, counted, System.nanoTime() - began);
            callback.done(doneSync);
        };
        return steps instanceof StepSequence sequence
                ? sequence.process(exchange, leave, began)
                : steps.process(exchange, leave);
    }

    private void left(Exchange exchange, UnitOfWork work, boolean counted, long nanos) {
        if (clock != null) {
            clock.end(exchange, nanos);
        }
        if (counted && count != null) {
            count.end(exchange, nanos);
        }
        work.afterRoute(exchange, route);
        work.popRoute();
    }
}
