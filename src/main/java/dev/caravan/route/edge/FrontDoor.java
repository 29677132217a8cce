package dev.caravan.route.edge;

import dev.caravan.access.Admission;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first handler of every request, and the last of every one that no route answers: ids, CORS, ambiguous lengths, the drain
 * at the end, and errors in our own format.
 */
final class FrontDoor implements Handler<RoutingContext> {

    static final String REQUEST_ID = "X-Request-Id";
    static final String CLIENT_REQUEST_ID = "X-Client-Request-Id";

    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
    private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(5);

    private final Cors cors;
    private final RequestIds ids;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean draining;

    FrontDoor(Cors cors, RequestIds ids) {
        this.cors = cors;
        this.ids = ids;
    }

    /** From now on nothing new is taken; what is in flight goes on. */
    void drain() {
        draining = true;
    }

    /** Requests that are not answered yet. */
    int open() {
        return open.get();
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        open.incrementAndGet();
        ConnectionGuard guard = ConnectionGuard.of(request);
        if (guard != null) {
            guard.requestBegan();
        }
        ctx.addEndHandler(ended -> {
            open.decrementAndGet();
            if (guard != null) {
                guard.requestEnded();
            }
        });
        String id = ids.next();
        HttpServerResponse response = request.response();
        // Steps read the id from the request; a caller's header of that name is not ours.
        request.headers().set(REQUEST_ID, id);
        response.putHeader(REQUEST_ID, id);
        if (cors.grant(request)) {
            return;
        }
        RequestException refusal = refusal(request, response);
        if (refusal == null) {
            ctx.next();
            return;
        }
        refuseAndClose(ctx, refusal);
    }

    static void refuseAndClose(RoutingContext ctx, RequestException refusal) {
        EdgeError.writeAndClose(ctx.request(), ctx.request().path(), requestId(ctx), refusal);
    }

    private static String requestId(RoutingContext ctx) {
        String id = ctx.request().getHeader(REQUEST_ID);
        return id == null ? "" : id;
    }

    private @Nullable RequestException refusal(HttpServerRequest request, HttpServerResponse response) {
        List<String> encodings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (!encodings.isEmpty()
                && (encodings.size() > 1
                        || !encodings.get(0).strip().equalsIgnoreCase("chunked")
                        || request.version() == HttpVersion.HTTP_1_0)) {
            return new RequestException(
                    ErrorCode.AMBIGUOUS_LENGTH, "Transfer-Encoding must be exactly chunked", "Transfer-Encoding");
        }
        if (request.headers().getAll(HttpHeaders.CONTENT_LENGTH).size() > 1) {
            return new RequestException(
                    ErrorCode.AMBIGUOUS_LENGTH, "Content-Length must be given once", "Content-Length");
        }
        List<String> clientIds = request.headers().getAll(CLIENT_REQUEST_ID);
        if (!clientIds.isEmpty()) {
            if (clientIds.size() > 1 || !CLIENT_ID.matcher(clientIds.get(0)).matches()) {
                return new RequestException(
                        ErrorCode.INVALID_VALUE,
                        "X-Client-Request-Id must be 1 to 128 of A-Z a-z 0-9 . _ -",
                        CLIENT_REQUEST_ID);
            }
            response.putHeader(CLIENT_REQUEST_ID, clientIds.get(0));
        }
        if (draining && !request.path().equals("/health/live")) {
            return new RequestException(ErrorCode.OVERLOADED, "The gateway is shutting down", AFTER_DRAIN);
        }
        return null;
    }

    /** What no route answers, and what a handler failed with, in our format. */
    void answerErrors(Router router) {
        router.errorHandler(
                404, ctx -> error(ctx, new RequestException(ErrorCode.NOT_FOUND, "Unknown path", (String) null)));
        router.errorHandler(405, ctx -> {
            ctx.response().putHeader("Allow", allowed(router, ctx));
            error(
                    ctx,
                    new RequestException(
                            ErrorCode.METHOD_NOT_ALLOWED, "The method must be one of: " + allowed(router, ctx), (String)
                                    null));
        });
        for (int status : new int[] {400, 408, 413, 415, 500, 503}) {
            router.errorHandler(status, ctx -> failed(ctx, status));
        }
    }

    /** @param status which the context itself does not always know: not where a path cannot be decoded */
    private void failed(RoutingContext ctx, int status) {
        Throwable failure = ctx.failure();
        if (failure instanceof RequestException known) {
            error(ctx, known);
        } else if (failure instanceof RejectedExecutionException) {
            error(ctx, Admission.refusal());
        } else if (status == 400) {
            error(ctx, new RequestException(ErrorCode.MALFORMED_REQUEST, "The request is not well-formed", (String)
                    null));
        } else {
            if (failure != null) {
                LOG.error("a request failed outside the routes", failure);
            }
            error(ctx, new RequestException(ErrorCode.INTERNAL_ERROR, "Internal error", (String) null));
        }
    }

    private static void error(RoutingContext ctx, RequestException error) {
        EdgeError.write(ctx.response(), ctx.request().path(), requestId(ctx), error);
    }

    /** A request that the decoder could not make sense of; its connection is closed, for nobody knows where the next begins. */
    void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ErrorCode code = ErrorCode.MALFORMED_REQUEST;
        String message = "The request is not well-formed HTTP";
        String words = cause == null ? "" : String.valueOf(cause.getMessage());
        if (cause instanceof StrictDecoder.AmbiguousLength || words.contains("Content-Length")) {
            code = ErrorCode.AMBIGUOUS_LENGTH;
            message = "The length of the request is ambiguous";
        } else if (cause instanceof io.netty.handler.codec.TooLongFrameException) {
            code = ErrorCode.HEADERS_TOO_LARGE;
            message = "Request line and headers must be at most " + EdgeLimits.MAX_HEADER_BYTES + " bytes";
        }
        String id = ids.next();
        HttpServerResponse response = request.response();
        response.putHeader(REQUEST_ID, id);
        String path = request.uri() == null ? "" : request.uri();
        EdgeError.writeAndClose(request, path, id, new RequestException(code, message, (String) null));
    }

    /** The whole answer to headers that did not come in time. */
    String headersLate() {
        return EdgeError.raw(
                ids.next(),
                new RequestException(
                        ErrorCode.REQUEST_TIMEOUT, "The request headers did not arrive in time", (String) null));
    }

    private static String allowed(Router router, RoutingContext ctx) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.methods() != null && matches(route, ctx.normalizedPath())) {
                route.methods().forEach((HttpMethod method) -> methods.add(method.name()));
            }
        }
        return String.join(", ", methods);
    }

    private static boolean matches(Route route, String path) {
        String pattern = route.getPath();
        if (pattern == null) {
            return false;
        }
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.split("/", -1)) {
            regex.append(regex.length() == 0 ? "" : "/").append(part.startsWith(":") ? "[^/]+" : Pattern.quote(part));
        }
        return path.matches(regex.length() == 0 ? "/?" : regex.toString());
    }
}
