package dev.caravan.route.edge;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** Takes the time of each request that comes to the router, before any route sees it. */
final class AnswerClock implements Handler<RoutingContext> {

    private static final int LEFT = 499;
    private static final Set<HttpMethod> KNOWN = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private final AnswerListener listener;

    AnswerClock(AnswerListener listener) {
        this.listener = listener;
    }

    @Override
    public void handle(RoutingContext ctx) {
        long began = System.nanoTime();
        Route clock = ctx.currentRoute();
        ctx.addEndHandler(end -> {
            HttpMethod method = ctx.request().method();
            Route taken = ctx.currentRoute();
            String path = taken == null || taken == clock ? null : taken.getPath();
            listener.answered(
                    KNOWN.contains(method) ? method.name() : "_OTHER",
                    path == null ? "" : path,
                    end.succeeded() ? ctx.response().getStatusCode() : LEFT,
                    System.nanoTime() - began);
        });
        ctx.next();
    }
}
