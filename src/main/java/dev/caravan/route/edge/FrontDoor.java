package dev.caravan.route.edge;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The first that Vert.x does with a request, before it looks for a route: preflights, ids, the end of the day. */
final class FrontDoor implements Handler<HttpServerRequest> {

    private static final Duration AFTER_DRAIN = Duration.ofSeconds(5);

    private final Cors cors;
    private final OpenConnections connections;
    private final Handler<HttpServerRequest> inside;

    /** @param inside where a request goes that is taken */
    FrontDoor(Cors cors, OpenConnections connections, Handler<HttpServerRequest> inside) {
        this.cors = cors;
        this.connections = connections;
        this.inside = inside;
    }

    @Override
    public void handle(HttpServerRequest request) {
        CallerConnection caller = CallerConnection.find(request);
        if (caller == null) {
            return;
        }
        caller.passedDoor(request);
        if (cors.answersPreflight(caller.origin(), request)) {
            return;
        }
        RequestException refusal = refusal(caller);
        if (refusal == null) {
            inside.handle(request);
        } else {
            new EdgeError(caller.path(), caller.requestId(), refusal).write(request.response());
        }
    }

    private @Nullable RequestException refusal(CallerConnection caller) {
        if (connections.draining()) {
            return new RequestException(ErrorCode.OVERLOADED, "The gateway is shutting down", AFTER_DRAIN);
        }
        if (caller.clientRequestId() == null && caller.request().headers().contains(CallerIds.CLIENT_REQUEST_ID)) {
            return new RequestException(
                    ErrorCode.INVALID_VALUE,
                    CallerIds.CLIENT_REQUEST_ID + " must be 1 to 128 of A-Z a-z 0-9 . _ -",
                    CallerIds.CLIENT_REQUEST_ID);
        }
        String key = QueryKeys.find(caller.request().query());
        if (key != null) {
            return new RequestException(
                    ErrorCode.INVALID_VALUE,
                    key + " must not be in the address, which proxies and histories keep: send the key as"
                            + " Authorization: Bearer or x-api-key",
                    key);
        }
        return null;
    }
}
