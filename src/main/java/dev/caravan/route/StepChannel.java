package dev.caravan.route;

import java.util.List;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.DisabledAware;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.NamedRoute;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.impl.engine.DefaultChannel;
import org.apache.camel.processor.errorhandler.NoErrorHandler;
import org.apache.camel.spi.CamelInternalProcessorAdvice;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.WrapAwareProcessor;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * What stands around a step of a route. Where that is no more than its clock, because the route hands its errors up and nobody
 * traces or debugs it, the step is walked at once. Everywhere else it is Camel's channel.
 */
final class StepChannel extends DefaultChannel {

    private int advices;
    private @Nullable AsyncProcessor step;
    private boolean plain;
    private @Nullable StepTimes times;

    StepChannel(CamelContext camelContext) {
        super(camelContext);
    }

    @Override
    public void addAdvice(CamelInternalProcessorAdvice<?> advice) {
        super.addAdvice(advice);
        advices++;
    }

    @Override
    public void initChannel(
            Route route,
            NamedNode definition,
            NamedNode child,
            List<InterceptStrategy> interceptors,
            Processor next,
            NamedRoute routeDefinition,
            boolean first)
            throws Exception {
        super.initChannel(route, definition, child, interceptors, next, routeDefinition, first);
        step = AsyncProcessorConverterHelper.convert(unwrapped(getOutput()));
    }

    /** Without what only hands its starts and stops on. */
    private static Processor unwrapped(Processor processor) {
        return processor instanceof WrapAwareProcessor && processor instanceof DelegateAsyncProcessor wrap
                ? wrap.getProcessor()
                : processor;
    }

    @Override
    public void postInitChannel() throws Exception {
        super.postInitChannel();
        StepClock clock = getAdvice(StepClock.class);
        if (clock != null) {
            times = clock.times();
        }
        int known = clock == null ? 1 : 2;
        boolean handsErrorsUp = getErrorHandler() == null || getErrorHandler() instanceof NoErrorHandler;
        plain = handsErrorsUp && advices == known && getAdvice(NodeHistoryAdvice.class) != null;
    }

    /** Whether the step is done when it returns, and may be walked by {@link #walkQuick}. */
    boolean isQuick(Exchange exchange) {
        return plain && step instanceof StepFactory.QuickStep && !exchange.isTransacted();
    }

    /**
     * Walks a quick step.
     *
     * @param began {@link System#nanoTime()} of this moment
     * @return that of its end
     */
    long walkQuick(Exchange exchange, long began) {
        ((StepFactory.QuickStep) Objects.requireNonNull(step)).walk(exchange);
        return ended(exchange, began);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        return process(exchange, callback, System.nanoTime());
    }

    /**
     * As Camel asks for it, by one who has just read the clock.
     *
     * @param began {@link System#nanoTime()} of this moment
     */
    boolean process(Exchange exchange, AsyncCallback callback, long began) {
        AsyncProcessor next = step;
        if (!plain
                || next == null
                || exchange.isTransacted()
                || (getNextProcessor() instanceof DisabledAware aware && aware.isDisabled())) {
            return super.process(exchange, callback);
        }
        if (exchange.isRouteStop()) {
            callback.done(true);
            return true;
        }
        return next.process(exchange, doneSync -> {
            long end = ended(exchange, began);
            if (callback instanceof StepSequence.Position sequence) {
                sequence.done(end);
            } else {
                callback.done(doneSync);
            }
        });
    }

    private long ended(Exchange exchange, long began) {
        long now = System.nanoTime();
        StepTimes clock = times;
        if (clock != null) {
            clock.walked(now - began, exchange.getException() != null);
        }
        return now;
    }
}
