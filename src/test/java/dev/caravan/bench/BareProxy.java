package dev.caravan.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.streams.ReadStream;

/**
 * The yardstick: the least that a program on this JVM can do with two HTTP connections. It passes bytes on and looks at none:
 * no JSON, no keys, no time limits, no retries, no ledger. What Caravan costs more than this is Caravan's own.
 */
public final class BareProxy extends AbstractVerticle {

    /** More connections than any scenario has. */
    private static final int CONNECTIONS = 8192;

    private final int upstreamPort;

    private BareProxy(int upstreamPort) {
        this.upstreamPort = upstreamPort;
    }

    /**
     * Prints its own port when it listens, and runs until it is killed.
     *
     * @param arguments the port of the provider on this machine
     */
    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        vertx.deployVerticle(new BareProxy(Integer.parseInt(arguments[0]))).onFailure(failure -> {
            failure.printStackTrace();
            System.exit(1);
        });
    }

    @Override
    public void start(io.vertx.core.Promise<Void> started) {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setMaxWaitQueueSize(-1), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(CONNECTIONS))
                .requestHandler(request -> pass(client, request))
                .listen(0, "127.0.0.1")
                .onSuccess(BareProxy::say)
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private static void say(HttpServer server) {
        System.out.println("listens " + server.actualPort());
    }

    private void pass(HttpClient client, HttpServerRequest request) {
        request.body()
                .compose(body -> client.request(HttpMethod.POST, upstreamPort, "127.0.0.1", request.uri())
                        .compose(upstream -> upstream.putHeader("Content-Type", "application/json")
                                .putHeader("Authorization", "Bearer sk-bench")
                                .send(body)))
                .compose(answer -> back(answer, request.response()))
                .onFailure(failure -> request.connection().close());
    }

    private static io.vertx.core.Future<Void> back(HttpClientResponse answer, HttpServerResponse response) {
        response.setStatusCode(answer.statusCode()).putHeader("Content-Type", answer.getHeader("Content-Type"));
        String length = answer.getHeader("Content-Length");
        if (length == null) {
            response.setChunked(true);
        } else {
            response.putHeader("Content-Length", length);
        }
        ReadStream<Buffer> bytes = answer;
        return bytes.pipeTo(response);
    }
}
