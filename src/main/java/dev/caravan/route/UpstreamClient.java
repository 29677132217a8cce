package dev.caravan.route;

import dev.caravan.route.edge.CallerServer;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections to the providers: HTTP/1.1, kept alive, no redirects, no cookies, no compression (a compressed stream would
 * arrive in lumps), no retries (ours are counted and bounded), no limit (that is the bulkhead's). Each event loop has its own, so
 * that a call never changes the thread. Safe for all threads.
 */
public final class UpstreamClient {

    private static final int MOST_HEAD_BYTES = 64 * 1024;
    private static final int MOST_CHUNK_BYTES = 64 * 1024;

    /** More than any bulkhead lets through; the pool makes room for so many at once. */
    private static final int MOST_CONNECTIONS = 16 * 1024;

    private final CallerServer server;
    private final Map<EventLoop, HttpClient> ofLoops = new ConcurrentHashMap<>();

    /** @param server whose event loops the requests come in on; closes the connections when it is closed */
    public UpstreamClient(CallerServer server) {
        this.server = server;
    }

    HttpClient of(Context context) {
        return ofLoops.computeIfAbsent(((ContextInternal) context).nettyEventLoop(), loop -> make());
    }

    private HttpClient make() {
        HttpClientOptions options = new HttpClientOptions()
                .setMaxHeaderSize(MOST_HEAD_BYTES)
                .setMaxInitialLineLength(MOST_HEAD_BYTES)
                .setMaxChunkSize(MOST_CHUNK_BYTES)
                .setTcpKeepAlive(true)
                .setDecompressionSupported(false);
        return server.vertx()
                .httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS))
                .withConnectHandler(connection -> server.turns().join(((ConnectionBase) connection).channel()))
                .build();
    }
}
