package dev.caravan.route.edge;

import dev.caravan.access.Admission;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands before each route: admits the request, and collects its body within its limits of size and time. Camel's own body
 * handler would parse forms and store uploads; here a body is JSON or refused.
 */
final class BodyReader implements Handler<RoutingContext> {

    private static final Set<String> CHARSETS = Set.of("utf-8", "us-ascii");

    private final EdgeLimits limits;
    private final Admission admission;

    BodyReader(EdgeLimits limits, Admission admission) {
        this.limits = limits;
        this.admission = admission;
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (request.method() != HttpMethod.POST) {
            ctx.next();
            return;
        }
        try {
            checkMedia(request);
            if (declaredLength(request) > limits.maxBodyBytes()) {
                throw tooLarge();
            }
            if (!admission.tryEnter()) {
                throw Admission.refusal();
            }
        } catch (RequestException e) {
            refuse(ctx, e);
            return;
        }
        ctx.addEndHandler(ended -> admission.leave());
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        collect(ctx, request);
    }

    private void collect(RoutingContext ctx, HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        AtomicBoolean over = new AtomicBoolean();
        long timer = ctx.vertx().setTimer(limits.bodyTimeout().toMillis(), late -> {
            if (over.compareAndSet(false, true)) {
                refuse(
                        ctx,
                        new RequestException(
                                ErrorCode.REQUEST_TIMEOUT,
                                "The request body did not arrive within "
                                        + limits.bodyTimeout().toSeconds() + " seconds",
                                (String) null));
            }
        });
        request.handler(chunk -> {
            if (over.get()) {
                return;
            }
            if (body.length() + (long) chunk.length() > limits.maxBodyBytes()) {
                over.set(true);
                ctx.vertx().cancelTimer(timer);
                refuse(ctx, tooLarge());
                return;
            }
            body.appendBuffer(chunk);
        });
        request.exceptionHandler(broken -> {
            ctx.vertx().cancelTimer(timer);
            if (over.compareAndSet(false, true)) {
                refuse(
                        ctx,
                        new RequestException(
                                ErrorCode.MALFORMED_REQUEST, "The request body is not well-formed HTTP", (String)
                                        null));
            }
        });
        request.endHandler(end -> {
            ctx.vertx().cancelTimer(timer);
            if (over.compareAndSet(false, true)) {
                ((RoutingContextInternal) ctx).setBody(body);
                ctx.next();
            }
        });
    }

    /** The body is not read to its end, so the connection cannot serve another request. */
    private static void refuse(RoutingContext ctx, RequestException error) {
        FrontDoor.refuseAndClose(ctx, error);
    }

    private RequestException tooLarge() {
        return new RequestException(
                ErrorCode.BODY_TOO_LARGE,
                "The request body must be at most " + limits.maxBodyBytes() + " bytes",
                (String) null);
    }

    private static void checkMedia(HttpServerRequest request) {
        for (String encoding : request.headers().getAll(HttpHeaders.CONTENT_ENCODING)) {
            if (!encoding.strip().equalsIgnoreCase("identity")) {
                throw new RequestException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Encoding must be left out: compressed bodies are not accepted",
                        "Content-Encoding");
            }
        }
        List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
        if (types.size() != 1 || !isJson(types.get(0))) {
            throw new RequestException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json", "Content-Type");
        }
    }

    private static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replaceAll("[\"\\s]", "");
            if (parameter.startsWith("charset=") && !CHARSETS.contains(parameter.substring("charset=".length()))) {
                return false;
            }
        }
        return true;
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            throw new RequestException(
                    ErrorCode.MALFORMED_REQUEST, "Content-Length must be a whole number", "Content-Length");
        }
    }
}
