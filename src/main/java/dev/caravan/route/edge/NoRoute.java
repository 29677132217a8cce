package dev.caravan.route.edge;

import dev.caravan.access.Admission;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what no route answers, in our own format: unknown paths, wrong methods, and what failed on the way to a route. */
final class NoRoute {

    private static final Logger LOG = LoggerFactory.getLogger(NoRoute.class);
    private static final int[] FAILED = {406, 408, 413, 415, 500, 501, 503};

    private final Router router;

    NoRoute(Router router) {
        this.router = router;
    }

    void answerErrors() {
        router.errorHandler(404, ctx -> answer(ctx, refusal(ErrorCode.NOT_FOUND, "Unknown path")));
        router.errorHandler(405, this::wrongMethod);
        // Vert.x asks for this one without saying what was wrong: no valid Host, or bad percent-encoding.
        router.errorHandler(
                400,
                ctx -> answer(
                        ctx,
                        refusal(
                                ErrorCode.MALFORMED_REQUEST,
                                "The request needs one valid Host header, and a path and query that are well encoded")));
        for (int status : FAILED) {
            router.errorHandler(status, this::failed);
        }
    }

    private void wrongMethod(RoutingContext ctx) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            Set<HttpMethod> allowed = route.methods();
            if (allowed != null && matches(route.getPath(), ctx.normalizedPath())) {
                allowed.forEach(method -> methods.add(method.name()));
            }
        }
        String allow = String.join(", ", methods);
        ctx.response().putHeader("Allow", allow);
        answer(ctx, refusal(ErrorCode.METHOD_NOT_ALLOWED, "The method must be one of: " + allow));
    }

    private void failed(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        if (failure instanceof RejectedExecutionException) {
            answer(ctx, Admission.refusal());
        } else {
            if (!CallerConnection.of(ctx).isGone()) {
                LOG.error("a request failed outside the routes", failure);
            }
            answer(ctx, refusal(ErrorCode.INTERNAL_ERROR, "Internal error"));
        }
    }

    static void answer(RoutingContext ctx, RequestException error) {
        CallerConnection caller = CallerConnection.of(ctx);
        // What fails on its way to a route, for want of a thread or so, has no walk to wait for.
        caller.walked();
        new EdgeError(caller.path(), caller.requestId(), error).write(ctx.response());
    }

    private static RequestException refusal(ErrorCode code, String message) {
        return new RequestException(code, message, (String) null);
    }

    /** Whether a route's pattern, such as {@code /v1/models/:id}, takes the path. */
    private static boolean matches(String pattern, String path) {
        String[] parts = pattern.split("/", -1);
        String[] segments = path.split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].endsWith("*")) {
                return i < segments.length && segments[i].startsWith(parts[i].substring(0, parts[i].length() - 1));
            }
            if (i >= segments.length || !(parts[i].startsWith(":") || parts[i].equals(segments[i]))) {
                return false;
            }
        }
        // Vert.x takes a path with a slash too many at its end.
        return segments.length == parts.length
                || (segments.length == parts.length + 1 && segments[parts.length].isEmpty());
    }
}
