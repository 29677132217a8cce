package dev.caravan.route.edge;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.ExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's consumer, but only what is on our list enters the exchange, the caller's connection goes with it, and the route is
 * walked on the caller's event loop, from which only steps that may wait go to a worker thread.
 */
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
        Exchange exchange = exchange(ctx, caller);
        if (ctx.body().length() > CallerServer.LONG_BYTES) {
            caller.loop()
                    .executeBlocking(
                            () -> {
                                walk(exchange, ctx);
                                return exchange;
                            },
                            false)
                    .onFailure(failure -> failed(exchange, ctx, failure));
        } else {
            walk(exchange, ctx);
        }
    }

    private Exchange exchange(RoutingContext ctx, CallerConnection caller) {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        HttpMessage message = new HttpMessage(exchange, ctx.request(), ctx.response());
        exchange.setMessage(message);
        exchange.setProperty(CallerConnection.PROPERTY, caller);
        CallerHeaders.putIn(ctx, message.getHeaders());
        message.setBody(ctx.body().buffer());
        // From here on it is the message's alone, and gone when a step has read it.
        ((RoutingContextInternal) ctx).setBody(null);
        return exchange;
    }

    private void walk(Exchange exchange, RoutingContext ctx) {
        try {
            createUoW(exchange);
        } catch (Exception e) {
            failed(exchange, ctx, e);
            return;
        }
        getAsyncProcessor().process(exchange, done -> walked(exchange, ctx));
    }

    /** On whatever thread the last step was. */
    private void walked(Exchange exchange, RoutingContext ctx) {
        if (!RouteAnswer.isReady(exchange.getMessage()) && exchange.getException() == null) {
            ctx.vertx()
                    .executeBlocking(
                            () -> {
                                RouteAnswer.load(exchange.getMessage());
                                return exchange;
                            },
                            false)
                    .onSuccess(loaded -> onLoop(ctx, () -> answer(exchange, ctx)))
                    .onFailure(failure -> failed(exchange, ctx, failure));
        } else {
            onLoop(ctx, () -> answer(exchange, ctx));
        }
    }

    private static void onLoop(RoutingContext ctx, Runnable work) {
        ContextInternal loop = (ContextInternal) CallerConnection.of(ctx).loop();
        if (loop.nettyEventLoop().inEventLoop()) {
            work.run();
        } else {
            loop.runOnContext(now -> work.run());
        }
    }

    private void answer(Exchange exchange, RoutingContext ctx) {
        try {
            RouteAnswer.write(ctx, exchange, getEndpoint().getHeaderFilterStrategy());
        } catch (RuntimeException e) {
            failed(exchange, ctx, e);
            return;
        }
        ended(exchange);
    }

    private void failed(Exchange exchange, RoutingContext ctx, Throwable failure) {
        getExceptionHandler().handleException("a request failed outside its route", failure);
        ctx.fail(failure);
        ended(exchange);
    }

    private void ended(Exchange exchange) {
        doneUoW(exchange);
        releaseExchange(exchange, false);
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
