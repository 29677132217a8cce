package dev.caravan.route.edge;

import dev.caravan.access.Admission;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands before each route: collects the body, and admits the request once it is whole, so that slow bodies take nobody's
 * place. Camel's own body handler would parse forms and store uploads; here a body is JSON or refused. Its limits of size and
 * time are the {@link ConnectionGuard}'s.
 */
final class BodyReader implements Handler<RoutingContext> {

    private static final Set<HttpMethod> WITHOUT_BODY =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.DELETE);

    private final Admission admission;

    BodyReader(Admission admission) {
        this.admission = admission;
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        CallerConnection caller = CallerConnection.of(ctx);
        if (WITHOUT_BODY.contains(request.method())) {
            ctx.next();
            return;
        }
        RequestException refusal = refusal(request);
        if (refusal != null) {
            NoRoute.answer(ctx, refusal);
            return;
        }
        if (request.version() == HttpVersion.HTTP_1_1
                && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        Body body = new Body();
        request.handler(body);
        request.endHandler(end -> whole(ctx, caller, body.take()));
    }

    private void whole(RoutingContext ctx, CallerConnection caller, Buffer body) {
        if (!admission.tryEnter()) {
            NoRoute.answer(ctx, Admission.refusal());
            return;
        }
        caller.admitted(admission::leave);
        ((RoutingContextInternal) ctx).setBody(body);
        ctx.next();
    }

    private static @Nullable RequestException refusal(HttpServerRequest request) {
        for (String encoding : request.headers().getAll(HttpHeaders.CONTENT_ENCODING)) {
            if (!encoding.strip().equalsIgnoreCase("identity")) {
                return new RequestException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Encoding must be left out: compressed bodies are not accepted",
                        "Content-Encoding");
            }
        }
        List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
        if (types.size() != 1 || !isJson(types.get(0))) {
            return new RequestException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be application/json, in UTF-8",
                    "Content-Type");
        }
        return null;
    }

    private static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replaceAll("[\"\\s]", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }

    /** Most bodies come in one piece, which is then the body, without a copy. */
    private static final class Body implements Handler<Buffer> {

        private Buffer collected = Buffer.buffer();

        @Override
        public void handle(Buffer piece) {
            collected = collected.length() == 0 ? piece : collected.appendBuffer(piece);
        }

        /** The request remembers this handler until its answer is sent: it should not keep the body as long. */
        Buffer take() {
            Buffer whole = collected;
            collected = Buffer.buffer();
            return whole;
        }
    }
}
