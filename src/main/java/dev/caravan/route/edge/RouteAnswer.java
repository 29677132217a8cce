package dev.caravan.route.edge;

import dev.caravan.error.RequestException;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/** Writes what a route has left in its message, unless the route wrote its answer itself. On the caller's event loop. */
final class RouteAnswer {

    private static final int OK = 200;

    private RouteAnswer() {}

    /** Whether the body is in memory. What is not, such as a stream, has to be read first, and not on an event loop. */
    static boolean isReady(Message message) {
        Object body = message.getBody();
        return body == null
                || body instanceof ByteBuffer
                || body instanceof String
                || body instanceof byte[]
                || body instanceof Buffer;
    }

    /** Makes any other body an array. */
    static void load(Message message) throws Exception {
        message.setBody(message.getMandatoryBody(byte[].class));
    }

    static void write(RoutingContext ctx, Exchange exchange, HeaderFilterStrategy filter) {
        HttpServerResponse response = ctx.response();
        if (response.ended()) {
            return;
        }
        if (exchange.getException() != null) {
            error(CallerConnection.of(exchange), exchange.getException()).write(response);
            return;
        }
        Message message = exchange.getMessage();
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        response.setStatusCode(status == null ? OK : status);
        Map<String, String> inPath = ctx.pathParams();
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            if (!inPath.containsKey(header.getKey())) {
                put(response, filter, exchange, header.getKey(), header.getValue());
            }
        }
        Buffer body = buffer(message.getBody());
        if (body == null) {
            response.end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            // Without a promise: nobody waits for it, and it costs more than the write.
            response.end(body, null);
        }
    }

    /** A route answers its failures itself; what comes here is a step that found no thread, or our own fault. */
    private static EdgeError error(CallerConnection caller, Exception failure) {
        return failure instanceof RequestException refusal
                ? new EdgeError(caller.path(), caller.requestId(), refusal)
                : EdgeError.internal(caller);
    }

    private static void put(
            HttpServerResponse response,
            HeaderFilterStrategy filter,
            Exchange exchange,
            String name,
            @Nullable Object value) {
        if (value == null || filter.applyFilterToCamelHeaders(name, value, exchange)) {
            return;
        }
        if (value instanceof List<?> values) {
            response.putHeader(name, values.stream().map(String::valueOf).toList());
        } else {
            response.putHeader(name, value.toString());
        }
    }

    private static @Nullable Buffer buffer(@Nullable Object body) {
        if (body instanceof ByteBuffer bytes) {
            return Buffer.buffer(Unpooled.wrappedBuffer(bytes));
        }
        if (body instanceof byte[] bytes) {
            return Buffer.buffer(Unpooled.wrappedBuffer(bytes));
        }
        return body instanceof String text ? Buffer.buffer(text) : (Buffer) body;
    }
}
