package dev.caravan.route.edge;

import dev.caravan.access.Admission;
import dev.caravan.access.BodyRoom;
import io.netty.channel.Channel;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.X509KeyManager;
import org.apache.camel.CamelContext;

/**
 * The one port. The routes' {@code platform-http} consumers attach to its router; it listens only when told to, after all
 * routes stand and all checks have passed. HTTP/1.1 and 1.0, no compression, no upgrades.
 */
public final class CallerServer implements AutoCloseable {

    /** What is longer, a body or an answer, is worked on beside the event loop, bytes. */
    public static final int LONG_BYTES = 128 * 1024;

    private static final long PATIENCE_SECONDS = 10;
    private static final Set<String> TLS_VERSIONS = Set.of("TLSv1.2", "TLSv1.3");
    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    /** What Linux's own sockets say before the reason. */
    private static final Pattern NATIVE_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    /** Vert.x's word for any free port, the same one for all event loops. */
    private static final int ANY_PORT = -1;

    private final EdgeLimits limits;
    private final CallerIds ids;
    private final OpenConnections connections;
    private final ListeningTransport transport = new ListeningTransport();
    private final Turns turns = new Turns();
    private final HttpServerOptions options;
    private final Vertx vertx;
    private final FrontDoor door;
    private final Router router;
    private volatile int port;

    /**
     * Makes the server ready for the routes; they may be started after this and not before.
     *
     * @param origins that browsers may call from, exact; empty: none
     * @param admission of requests with a body, held from the moment the body is whole to the end of answer and route
     * @param maxWorkers threads at most, on a JDK without virtual ones; at least 8; more than {@code admission} lets in, for
     *     pages and health have to be answered too
     */
    public CallerServer(
            CamelContext context, EdgeLimits limits, Set<String> origins, Admission admission, int maxWorkers) {
        this.limits = limits;
        Cors cors = new Cors(origins);
        ids = new CallerIds(cors);
        connections = new OpenConnections(new BodyRoom(limits.maxBytesInFlight(), limits.maxBodyBytes(), LONG_BYTES));
        VertxBuilder builder = new VertxBuilder(new VertxOptions()
                .setWorkerPoolSize(maxWorkers)
                .setInternalBlockingPoolSize(WorkerThreads.INTERNAL)
                .setMaxWorkerExecuteTime(10)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.MINUTES));
        vertx = builder.executorServiceFactory(new WorkerThreads(maxWorkers))
                .findTransport(transport)
                .init()
                .vertx();
        router = Router.router(vertx);
        new NoRoute(router).answerErrors();
        door = new FrontDoor(cors, connections, router);
        options = new HttpServerOptions()
                .setHandle100ContinueAutomatically(false)
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxHeaderSize(limits.maxHeadBytes())
                .setMaxInitialLineLength(limits.maxLineBytes())
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setTcpNoDelay(true);
        EdgeEngine.attach(context, vertx, router, new BodyReader(admission));
    }

    /** From {@link #listen} on callers have to speak TLS 1.2 or 1.3; a handshake takes no longer than headers may. */
    public void speakTls(X509KeyManager certificate) {
        options.setSsl(true)
                .setKeyCertOptions(KeyCertOptions.wrap(certificate))
                .setEnabledSecureTransportProtocols(TLS_VERSIONS)
                .setSslHandshakeTimeout(limits.headerTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    /** Tells of each answer from now on; to be called before {@link #listen}. */
    public void tell(AnswerListener listener) {
        router.route().order(Integer.MIN_VALUE).handler(new AnswerClock(listener));
    }

    /**
     * Listens.
     *
     * @param port 0: any free one
     * @return the port
     * @throws IOException where the address cannot be had; its message says why in a few words
     */
    public int listen(String host, int port) throws IOException {
        String address = InetAddress.getByName(host).getHostAddress();
        int asked = port == 0 ? ANY_PORT : port;
        await(vertx.deployVerticle(new Loop(address, asked)));
        // One server an event loop, one event loop a core: Vert.x spreads the connections over all that listen on the
        // same port, and
        // the requests are walked there.
        for (int loops = 1; loops < Runtime.getRuntime().availableProcessors(); loops++) {
            await(vertx.deployVerticle(new Loop(address, asked)));
        }
        return this.port;
    }

    /** Whose event loops the requests come in on. */
    public Vertx vertx() {
        return vertx;
    }

    /** When its event loops send what they have written. */
    public Turns turns() {
        return turns;
    }

    /** The port that is listened on; 0 before {@link #listen}. */
    public int port() {
        return port;
    }

    /**
     * The beginning of the end: takes no new connection, closes those that are idle, refuses further requests with 503, and
     * closes each connection with the answer that it waits for. Returns at once.
     */
    public void stopAccepting() {
        transport.stopAccepting();
        connections.drain();
    }

    /** Requests that are not answered yet, or whose route still runs though their caller has gone. */
    public int open() {
        return connections.requests();
    }

    /** Connections of callers, idle ones too. */
    public int connections() {
        return connections.connections();
    }

    /** Closes all connections, whatever they wait for. */
    @Override
    public void close() throws IOException {
        await(vertx.close());
    }

    private void guard(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        StrictDecoder decoder = new StrictDecoder(options, limits);
        ConnectionGuard guard = new ConnectionGuard(channel.eventLoop(), limits, decoder, ids, connections);
        channel.pipeline().replace("httpDecoder", "httpDecoder", decoder);
        channel.pipeline().addBefore("handler", ConnectionGuard.NAME, guard);
        turns.join(channel);
    }

    private static void await(Future<?> future) throws IOException {
        try {
            future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String why = String.valueOf(cause.getMessage());
            throw new IOException(
                    NATIVE_CALL.matcher(why.lines().findFirst().orElse(why)).replaceFirst(""), cause);
        } catch (TimeoutException e) {
            throw new IOException("the server did not answer within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The server of one event loop. */
    private final class Loop extends AbstractVerticle {

        private final String address;
        private final int asked;

        Loop(String address, int asked) {
            this.address = address;
            this.asked = asked;
        }

        @Override
        public void start(Promise<Void> started) {
            HttpServer server =
                    vertx.createHttpServer(options).requestHandler(door).connectionHandler(CallerServer.this::guard);
            server.listen(asked, address)
                    .onSuccess(listening -> port = listening.actualPort())
                    .<Void>mapEmpty()
                    .onComplete(started);
        }
    }
}
