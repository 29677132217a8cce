package dev.caravan.app;

import dev.caravan.access.Admission;
import dev.caravan.route.edge.AnswerListener;
import dev.caravan.route.edge.CallerServer;
import dev.caravan.route.edge.EdgeLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import javax.net.ssl.X509KeyManager;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port: its settings, when it opens, and how it closes in peace. */
final class ServerParts {

    private static final Logger LOG = LoggerFactory.getLogger(ServerParts.class);

    /** Threads beyond the chat requests: pages, health, and walks whose callers have gone. */
    private static final int SPARE_WORKERS = 256;

    /** What a byte of a long prompt takes of the heap while it is read and translated, bytes, and as much again to spare. */
    private static final int HEAP_PER_BODY_BYTE = 8;

    static final int HIGHEST_PORT = 65_535;
    private static final long LOOK_MILLIS = 10;

    private final String host;
    private final Duration drainTimeout;
    private final CallerServer server;
    private final boolean secure;
    private int port;

    ServerParts(CamelContext camel, Settings settings, Clock clock) {
        host = settings.text("gateway.host");
        port = settings.whole("gateway.port", 0);
        if (port > HIGHEST_PORT) {
            throw new StartFailure("GATEWAY_PORT must be 0 to " + HIGHEST_PORT + ", was " + port);
        }
        drainTimeout = settings.millis("gateway.drain-timeout-ms", 0);
        int inFlight = settings.whole("gateway.max-in-flight", 1);
        EdgeLimits limits = new EdgeLimits(
                settings.wholeLong("gateway.max-body-bytes", 1),
                bytesInFlight(settings),
                settings.millis("gateway.header-timeout-ms", 1),
                settings.millis("gateway.body-timeout-ms", 1),
                settings.millis("gateway.idle-timeout-ms", 1));
        Set<String> origins = Arrays.stream(
                        settings.text("gateway.allowed-origins").split(","))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .collect(Collectors.toSet());
        X509KeyManager certificate = TlsFiles.read(settings, clock);
        server = new CallerServer(camel, limits, origins, new Admission(inFlight), inFlight + SPARE_WORKERS);
        secure = certificate != null;
        if (certificate != null) {
            server.speakTls(certificate);
        }
    }

    private static long bytesInFlight(Settings settings) {
        long set = settings.wholeLong("gateway.max-bytes-in-flight", 0);
        return set > 0 ? set : Runtime.getRuntime().maxMemory() / HEAP_PER_BODY_BYTE;
    }

    void tell(AnswerListener listener) {
        server.tell(listener);
    }

    void listen() throws Exception {
        try {
            port = server.listen(host, port);
        } catch (IOException e) {
            throw new StartFailure(
                    "GATEWAY_HOST and GATEWAY_PORT: cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + ")",
                    e);
        }
    }

    CallerServer server() {
        return server;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    String address() {
        return (secure ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Whether other machines can reach it. */
    boolean isOpen() {
        try {
            return !InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // It cannot be listened on either.
            return true;
        }
    }

    /**
     * Takes nothing new, and waits for what is in flight.
     *
     * @param unsettled requests whose bill is not closed yet, also where their callers have gone
     */
    void drain(IntSupplier unsettled) throws InterruptedException {
        server.stopAccepting();
        long deadline = System.nanoTime() + drainTimeout.toNanos();
        while ((server.open() > 0 || unsettled.getAsInt() > 0) && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    void close() {
        try {
            server.close();
        } catch (Exception e) {
            LOG.debug("the server did not close in peace", e);
        }
    }
}
