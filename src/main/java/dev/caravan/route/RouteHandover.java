package dev.caravan.route;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.support.DefaultConsumer;

/**
 * How an edited route takes the place of its former self. Camel would first refuse what is new, then wait for what is under way,
 * and after a while cut it; a stream may take minutes. Here the old route goes on with what it has, beside the new one.
 */
public final class RouteHandover extends DefaultShutdownStrategy {

    private final List<RetiredRoute> retired = new ArrayList<>();
    private boolean underWay;
    private boolean touched;

    public RouteHandover(CamelContext context) {
        super(context);
    }

    /** From here to {@link #done}, routes that are stopped are stopped because another one takes their place. */
    synchronized void begin() {
        underWay = true;
        touched = false;
    }

    /** Whether a route was stopped since {@link #begin}. */
    synchronized boolean hasTouched() {
        return touched;
    }

    /** The new routes stand. */
    synchronized void done() {
        underWay = false;
        retired.forEach(RetiredRoute::replaced);
    }

    /** Stops the routes that nobody walks any more; to be called now and then. */
    public synchronized void clear() {
        for (Iterator<RetiredRoute> routes = retired.iterator(); routes.hasNext(); ) {
            RetiredRoute route = routes.next();
            if (route.isLeft()) {
                route.stop();
                routes.remove();
            }
        }
    }

    @Override
    public void shutdown(CamelContext context, List<RouteStartupOrder> routes, long timeout, TimeUnit unit)
            throws Exception {
        touch();
        List<RouteStartupOrder> others = new ArrayList<>();
        for (RouteStartupOrder route : routes) {
            if (!retire(context, route)) {
                others.add(route);
            }
        }
        if (!others.isEmpty()) {
            super.shutdown(context, others, timeout, unit);
        }
    }

    private synchronized void touch() {
        touched = true;
    }

    @Override
    protected void doShutdown() throws Exception {
        synchronized (this) {
            retired.forEach(RetiredRoute::stop);
            retired.clear();
        }
        super.doShutdown();
    }

    /** A route's time-out must not end what other routes have under way. */
    @Override
    public boolean isForceShutdown() {
        return super.isForceShutdown() && getCamelContext().isStopping();
    }

    /** Only what is called; a timer's route is soon through, and must not run beside its former self. */
    private synchronized boolean retire(CamelContext context, RouteStartupOrder route) {
        Consumer consumer = route.getInput();
        boolean called = consumer instanceof DefaultPlatformHttpConsumer || consumer instanceof DirectConsumer;
        if (!underWay || !called || context.isStopping()) {
            return false;
        }
        retired.add(RetiredRoute.of(route.getRoute(), (DefaultConsumer) consumer));
        return true;
    }
}
