package dev.caravan.route.edge;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Error answers of the edge itself, in the format of the entrance that was called. Where nobody can know where the next
 * request begins, the connection is closed with the answer.
 */
final class EdgeError {

    private EdgeError() {}

    /** Answers, takes nothing more from this connection, and closes it; the guard sees to it that the caller can read the answer. */
    static void writeAndClose(HttpServerRequest request, String path, String id, RequestException error) {
        ConnectionGuard guard = ConnectionGuard.of(request);
        if (guard != null) {
            guard.hearNoMore();
        }
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.ended()) {
            request.connection().close();
            return;
        }
        response.putHeader(HttpHeaders.CONNECTION, "close");
        write(response, path, id, error).onComplete(sent -> request.connection().close());
    }

    static Future<Void> write(HttpServerResponse response, String path, String requestId, RequestException error) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return Future.succeededFuture();
        }
        response.setStatusCode(error.code().status()).putHeader("Content-Type", "application/json");
        Duration retryAfter = error.retryAfter();
        if (retryAfter != null) {
            response.putHeader("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        return response.end(body(path, requestId, error.code(), error.text(), error.param()));
    }

    /** A whole answer as it goes over the wire, for where there is no request to answer yet. */
    static String raw(String id, RequestException error) {
        String body = body("", id, error.code(), error.text(), error.param());
        return "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nX-Request-Id: " + id
                + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static String body(String path, String requestId, ErrorCode code, String message, @Nullable String param) {
        if (path.startsWith("/v1/messages")) {
            return new JsonObject()
                    .put("type", "error")
                    .put("error", new JsonObject().put("type", code.type()).put("message", message))
                    .put("request_id", requestId)
                    .encode();
        }
        return new JsonObject()
                .put(
                        "error",
                        new JsonObject()
                                .put("message", message)
                                .put("type", code.type())
                                .put("param", param)
                                .put("code", code.wireName())
                                .put("request_id", requestId))
                .encode();
    }
}
