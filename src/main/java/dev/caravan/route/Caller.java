package dev.caravan.route;

import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/** What the edge has noted on a caller's request. */
final class Caller {

    private Caller() {}

    /** The id that the edge made; a header of that name that a caller sent is overwritten there. */
    static String requestId(HttpServerRequest request) {
        String id = request.getHeader("X-Request-Id");
        return id == null ? "" : id;
    }

    /** The caller's own id, checked by the edge; null where it sent none. */
    static @Nullable String clientRequestId(HttpServerRequest request) {
        return request.getHeader("X-Client-Request-Id");
    }

    /** The HTTP request of this exchange; null once another message has taken the first one's place. */
    static @Nullable HttpServerRequest of(Exchange exchange) {
        return exchange.getMessage() instanceof HttpMessage http ? http.getRequest() : null;
    }
}
