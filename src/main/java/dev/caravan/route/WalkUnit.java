package dev.caravan.route;

import java.util.Arrays;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.impl.engine.DefaultUnitOfWork;
import org.apache.camel.spi.InflightRepository;
import org.jspecify.annotations.Nullable;

/**
 * A unit of work that is Camel's but for the routes that it is in: Camel's count of the whole context asks at the beginning and
 * at the end of each route how many there are, and then walks a linked list of them.
 *
 * <p>One thread at a time pushes and pops; any thread may ask.
 */
final class WalkUnit extends DefaultUnitOfWork {

    /** A chat is in six at most, as they are shipped. */
    private static final int FEW = 8;

    private @Nullable Route[] routes = new Route[FEW];
    private int depth;
    private boolean made;

    WalkUnit(Exchange exchange, InflightRepository inflight, boolean original, boolean breadcrumb) {
        super(exchange, inflight, original, breadcrumb);
    }

    @Override
    public void pushRoute(Route route) {
        if (depth == routes.length) {
            routes = Arrays.copyOf(routes, 2 * depth);
        }
        made |= route.isCreatedByKamelet() || route.isCreatedByRouteTemplate();
        routes[depth++] = route;
    }

    @Override
    public @Nullable Route popRoute() {
        if (depth == 0) {
            return null;
        }
        Route left = routes[--depth];
        routes[depth] = null;
        return left;
    }

    @Override
    public @Nullable Route getRoute() {
        Route[] all = routes;
        int at = depth - 1;
        return at < 0 || at >= all.length ? null : all[at];
    }

    @Override
    public int routeStackLevel() {
        return depth;
    }

    @Override
    public int routeStackLevel(boolean templates, boolean kamelets) {
        if (!made) {
            return depth;
        }
        int level = 0;
        for (int i = 0; i < depth; i++) {
            Route route = routes[i];
            boolean counts = route.isCreatedByKamelet() ? kamelets : templates || !route.isCreatedByRouteTemplate();
            level += counts ? 1 : 0;
        }
        return level;
    }

    @Override
    public void reset() {
        super.reset();
        Arrays.fill(routes, null);
        depth = 0;
        made = false;
    }
}
