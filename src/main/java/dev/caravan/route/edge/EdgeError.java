package dev.caravan.route.edge;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.Vertx;
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

    /** How long a caller may go on sending what nobody reads, so that it sees the answer and not a reset. */
    private static final long LINGER_MILLIS = 1_000;

    private EdgeError() {}

    /** Answers, and closes the connection: at once where its bytes are ambiguous, else when the caller has read the answer. */
    static void writeAndClose(HttpServerRequest request, Vertx vertx, String path, String id, RequestException error) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CONNECTION, "close");
        response.endHandler(sent -> {
            if (error.code().status() == 400 || error.code().status() == 408) {
                request.connection().close();
            } else {
                request.resume();
                vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
            }
        });
        write(response, path, id, error);
    }

    static void write(HttpServerResponse response, String path, String requestId, RequestException error) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        response.setStatusCode(error.code().status()).putHeader("Content-Type", "application/json");
        Duration retryAfter = error.retryAfter();
        if (retryAfter != null) {
            response.putHeader("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        response.end(body(path, requestId, error.code(), error.text(), error.param()));
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
