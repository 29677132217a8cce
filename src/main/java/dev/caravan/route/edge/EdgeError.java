package dev.caravan.route.edge;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.RequestException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An error answer of the edge itself, in the format of the entrance that was called.
 *
 * @param path of the request, or what is known of it; empty: nothing is
 */
record EdgeError(String path, String requestId, GatewayException error) {

    private static final String MESSAGES = "/v1/messages";
    private static final String JSON = "application/json";

    /** Answers, unless an answer has begun or nobody is there to read it. */
    void write(HttpServerResponse response) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        response.setStatusCode(error.code().status()).putHeader("Content-Type", JSON);
        String retryAfter = retryAfter();
        if (retryAfter != null) {
            response.putHeader("Retry-After", retryAfter);
        }
        response.end(Buffer.buffer(body()));
    }

    /** The answer where no Vert.x request is there to be answered. */
    FullHttpResponse message() {
        byte[] body = body().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(error.code().status()), Unpooled.wrappedBuffer(body));
        message.headers().set("Content-Type", JSON).set("Content-Length", body.length);
        String retryAfter = retryAfter();
        if (retryAfter != null) {
            message.headers().set("Retry-After", retryAfter);
        }
        return message;
    }

    private @Nullable String retryAfter() {
        Duration wait = error.retryAfter();
        return wait == null ? null : Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000));
    }

    private String body() {
        boolean messages = path.startsWith(MESSAGES)
                && (path.length() == MESSAGES.length() || "/?".indexOf(path.charAt(MESSAGES.length())) >= 0);
        JsonObject what = new JsonObject()
                .put("message", error.text())
                .put("type", messages ? messagesType() : error.code().type())
                .put("param", error.param())
                .put("code", error.code().wireName());
        if (messages) {
            return new JsonObject()
                    .put("type", "error")
                    .put("error", what)
                    .put("request_id", requestId)
                    .encode();
        }
        return new JsonObject().put("error", what.put("request_id", requestId)).encode();
    }

    /** Source: anthropic.mintlify.app/en/api/errors, read 2026-11-20. */
    private String messagesType() {
        return switch (error.code()) {
            case OVERLOADED -> "overloaded_error";
            case NOT_FOUND -> "not_found_error";
            case BODY_TOO_LARGE -> "request_too_large";
            default -> error.code().type();
        };
    }

    static EdgeError internal(CallerConnection caller) {
        return new EdgeError(
                caller.path(),
                caller.requestId(),
                new RequestException(ErrorCode.INTERNAL_ERROR, "Internal error", (String) null));
    }

    /** @param what of the request did not come in time */
    static RequestException late(String what, Duration limit) {
        return new RequestException(
                ErrorCode.REQUEST_TIMEOUT,
                "The request " + what + " did not arrive whole within " + limit.toMillis() + " ms",
                (String) null);
    }
}
