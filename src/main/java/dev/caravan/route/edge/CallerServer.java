package dev.caravan.route.edge;

import dev.caravan.access.Admission;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/**
 * The one port. The routes' {@code platform-http} consumers attach to its router; it listens only when told to, after all
 * routes stand and all checks have passed.
 */
public final class CallerServer {

    private static final long START_SECONDS = 10;

    private final EdgeLimits limits;
    private final FrontDoor door;
    private final Vertx vertx;
    private final Router router;
    private final HttpServerOptions options;
    private final List<HttpServer> servers = new ArrayList<>();

    /**
     * @param origins that browsers may call from, exact
     * @param admission of POST requests
     * @param maxWorkers threads at most, on a JDK without virtual ones
     */
    public CallerServer(
            CamelContext context, EdgeLimits limits, Set<String> origins, Admission admission, int maxWorkers) {
        this.limits = limits;
        door = new FrontDoor(new Cors(origins), new RequestIds());
        VertxBuilder builder = new VertxBuilder(new VertxOptions()
                .setWorkerPoolSize(maxWorkers)
                .setMaxWorkerExecuteTime(10)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.MINUTES));
        builder.executorServiceFactory(new WorkerThreads(maxWorkers));
        vertx = builder.init().vertx();
        router = Router.router(vertx);
        router.route().order(-1).handler(door);
        door.answerErrors(router);
        options = new HttpServerOptions()
                .setHandle100ContinueAutomatically(false)
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(EdgeLimits.MAX_HEADER_BYTES)
                .setMaxInitialLineLength(EdgeLimits.MAX_LINE_BYTES)
                .setTcpNoDelay(true);
        attach(context, new BodyReader(limits, admission));
    }

    /** Camel's consumers look the router up by the name of its port; with none set that is the default port's. */
    private void attach(CamelContext context, BodyReader body) {
        String name =
                VertxPlatformHttpRouter.getRouterNameFromPort(VertxPlatformHttpServerConfiguration.DEFAULT_BIND_PORT);
        VertxPlatformHttpServer none = new VertxPlatformHttpServer(new VertxPlatformHttpServerConfiguration());
        context.getRegistry().bind(name, new VertxPlatformHttpRouter(none, vertx, router, name) {
            @Override
            public Handler<RoutingContext> bodyHandler() {
                return body;
            }
        });
        PlatformHttpComponent component = context.getComponent("platform-http", PlatformHttpComponent.class);
        component.setHeaderFilterStrategy(new CallerHeaders());
        component.setServerRequestValidation(false);
    }

    /**
     * Listens.
     *
     * @return the port, also where 0 asked for any free one
     * @throws java.io.IOException where the address cannot be had
     */
    public int listen(String host, int port) throws Exception {
        int bound = listenOnce(host, port);
        // One server an event loop: Vert.x spreads the connections over all that listen on the same port. It knows them
        // by
        // the port that was asked for, so there is no second one where any free port will do.
        if (port != 0 && Runtime.getRuntime().availableProcessors() > 1) {
            listenOnce(host, port);
        }
        return bound;
    }

    private int listenOnce(String host, int port) throws Exception {
        HttpServer server = vertx.createHttpServer(options)
                .requestHandler(router)
                .invalidRequestHandler(door::invalid)
                .connectionHandler(this::guard);
        await(server.listen(port, host));
        servers.add(server);
        return server.actualPort();
    }

    private void guard(HttpConnection connection) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        pipeline.replace("httpDecoder", "httpDecoder", new StrictDecoder(options));
        ConnectionGuard guard = new ConnectionGuard(limits.headerTimeout(), limits.idleTimeout(), door::headersLate);
        pipeline.addAfter("httpDecoder", MessageBounds.NAME, new MessageBounds(guard));
        pipeline.addFirst(ConnectionGuard.NAME, guard);
    }

    /** Takes nothing new; answers what comes with 503. */
    public void drain() {
        door.drain();
    }

    /** Requests that are not answered yet. */
    public int open() {
        return door.open();
    }

    public void close() throws Exception {
        for (HttpServer server : servers) {
            await(server.close());
        }
        await(vertx.close());
    }

    private static void await(Future<?> future) throws Exception {
        try {
            future.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new IllegalStateException("the server did not answer within " + START_SECONDS + " s", e);
        }
    }
}
