package dev.caravan.route.edge;

import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Grants for browsers: exactly the origins on the list, on every answer, never with credentials. */
final class Cors {

    private static final String EXPOSED = "X-Request-Id, X-Client-Request-Id, X-Session-Id, X-Served-By, "
            + "Idempotent-Replayed, Retry-After, x-should-retry";
    private static final String ALLOWED_METHODS = "GET, POST, PATCH, DELETE, OPTIONS";
    private static final String ALLOWED_HEADERS = "Content-Type, Authorization, x-api-key, anthropic-version, "
            + "X-Client-Request-Id, X-Session-Id, X-User-Id, Idempotency-Key";
    private static final String MAX_AGE_SECONDS = "600";

    private final Set<String> origins;

    /** @param origins exact, such as {@code https://app.example.com}; empty: nobody */
    Cors(Set<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    /** The origin that the request is granted; null where it has none, several, or one that is not on the list. */
    @Nullable
    String allowed(HttpHeaders request) {
        if (origins.isEmpty()) {
            return null;
        }
        List<String> named = request.getAll("Origin");
        return named.size() == 1 && origins.contains(named.get(0)) ? named.get(0) : null;
    }

    /** @param origin from {@link #allowed} */
    void grant(@Nullable String origin, HttpHeaders answer) {
        if (!origins.isEmpty()) {
            answer.set("Vary", "Origin");
        }
        if (origin != null) {
            answer.set("Access-Control-Allow-Origin", origin);
            answer.set("Access-Control-Expose-Headers", EXPOSED);
        }
    }

    /** Answers the request if it is an allowed origin's question before the request itself. */
    boolean answersPreflight(@Nullable String origin, HttpServerRequest request) {
        if (origin == null
                || request.method() != HttpMethod.OPTIONS
                || request.getHeader("Access-Control-Request-Method") == null) {
            return false;
        }
        request.response()
                .putHeader("Access-Control-Allow-Methods", ALLOWED_METHODS)
                .putHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS)
                .putHeader("Access-Control-Max-Age", MAX_AGE_SECONDS)
                .setStatusCode(204)
                .end();
        return true;
    }
}
