package dev.caravan.route.edge;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/** Makes the routes' {@code platform-http} consumers attach to our router, and come behind our door. */
final class EdgeEngine extends VertxPlatformHttpEngine {

    private static final String ROUTER = "caravan-edge-router";

    /** Has to happen before the routes are started. */
    static void attach(CamelContext context, Vertx vertx, Router router, BodyReader body) {
        VertxPlatformHttpServer none = new VertxPlatformHttpServer(new VertxPlatformHttpServerConfiguration());
        context.getRegistry().bind(ROUTER, new VertxPlatformHttpRouter(none, vertx, router, ROUTER) {
            @Override
            public Handler<RoutingContext> bodyHandler() {
                return body;
            }
        });
        PlatformHttpComponent component = context.getComponent("platform-http", PlatformHttpComponent.class);
        component.setEngine(new EdgeEngine());
        component.setHeaderFilterStrategy(new CallerHeaders());
        component.setServerRequestValidation(false);
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor route) {
        return new EdgeConsumer(endpoint, new Walk(route), ROUTER);
    }
}
