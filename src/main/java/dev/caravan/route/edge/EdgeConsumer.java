package dev.caravan.route.edge;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.ExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Camel's consumer, but only what is on our list enters the exchange, and the caller's connection goes with it. */
public final class EdgeConsumer extends VertxPlatformHttpConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeConsumer.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String routerName;
    private @Nullable Route entrance;

    EdgeConsumer(PlatformHttpEndpoint endpoint, Walk walk, String routerName) {
        super(endpoint, walk, List.of(), routerName);
        this.routerName = routerName;
        setExceptionHandler(new Failures());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        List<Route> all = VertxPlatformHttpRouter.lookup(getEndpoint().getCamelContext(), routerName)
                .getRoutes();
        Route door = all.get(all.size() - 1);
        Set<HttpMethod> methods = door.methods();
        if (methods != null && methods.contains(HttpMethod.GET)) {
            // The same answer; the server leaves its body out.
            door.method(HttpMethod.HEAD);
        }
        entrance = door;
    }

    /** Leaves further requests to the consumer that was started after this one at the same path; those under way go on. */
    public void retire() {
        Route door = entrance;
        if (door != null) {
            door.disable();
        }
    }

    @Override
    protected void handleRequest(RoutingContext ctx) {
        CallerConnection caller = CallerConnection.of(ctx);
        if (isSuspended()) {
            NoRoute.answer(
                    ctx, new RequestException(ErrorCode.OVERLOADED, "The route is at rest; try again", RETRY_AFTER));
            return;
        }
        caller.handedOver();
        super.handleRequest(ctx);
    }

    @Override
    protected Future<Void> processHttpRequest(Exchange exchange, RoutingContext ctx) {
        HttpMessage message = new HttpMessage(exchange, ctx.request(), ctx.response());
        exchange.setMessage(message);
        exchange.setProperty(CallerConnection.PROPERTY, CallerConnection.of(ctx));
        CallerHeaders.putIn(ctx, message.getHeaders());
        message.setBody(ctx.body().buffer());
        return Future.succeededFuture();
    }

    /** What goes wrong outside the walk is answered by {@link NoRoute}, and logged there where it is our fault. */
    private static final class Failures implements ExceptionHandler {

        @Override
        public void handleException(Throwable failure) {
            handleException("a request failed outside its route", null, failure);
        }

        @Override
        public void handleException(String message, Throwable failure) {
            handleException(message, null, failure);
        }

        @Override
        public void handleException(String message, @Nullable Exchange exchange, Throwable failure) {
            LOG.debug(message, failure);
        }
    }
}
