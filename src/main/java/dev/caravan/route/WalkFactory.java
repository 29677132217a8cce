package dev.caravan.route;

import org.apache.camel.CamelContext;
import org.apache.camel.Channel;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.impl.engine.CamelInternalProcessor;
import org.apache.camel.processor.DefaultInternalProcessorFactory;
import org.apache.camel.processor.RoutePipeline;
import org.apache.camel.spi.InternalProcessor;
import org.apache.camel.spi.InternalProcessorFactory;
import org.apache.camel.spi.UnitOfWorkFactory;

/**
 * Makes what Camel puts around each step, each route and each exchange: {@link StepChannel}, {@link RouteWalk} and {@link
 * WalkUnit} in the place of its own. They walk the same steps in the same order; where nothing else was asked for, with less
 * around each.
 */
public final class WalkFactory extends DefaultInternalProcessorFactory {

    /** Routes that are made from now on are walked so. */
    public static void attach(CamelContext camel) {
        ExtendedCamelContext plugins = camel.getCamelContextExtension();
        plugins.addContextPlugin(InternalProcessorFactory.class, new WalkFactory());
        plugins.addContextPlugin(UnitOfWorkFactory.class, new WalkUnitFactory());
    }

    @Override
    public Channel createChannel(CamelContext camelContext) {
        return new StepChannel(camelContext);
    }

    @Override
    public InternalProcessor addUnitOfWorkProcessorAdvice(CamelContext camelContext, Processor steps, Route route) {
        if (steps instanceof RoutePipeline all) {
            RouteWalk walk = new RouteWalk(camelContext, all, route);
            walk.addAdvice(new CamelInternalProcessor.UnitOfWorkProcessorAdvice(route, camelContext));
            return walk;
        }
        return super.addUnitOfWorkProcessorAdvice(camelContext, steps, route);
    }
}
