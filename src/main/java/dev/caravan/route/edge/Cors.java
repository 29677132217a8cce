package dev.caravan.route.edge;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;

/** Grants for browsers: exactly the origins on the list, on every answer, never with credentials. */
final class Cors {

    private static final String EXPOSED =
            "X-Request-Id, X-Client-Request-Id, X-Session-Id, Retry-After, x-should-retry";
    private static final String ALLOWED_HEADERS =
            "Content-Type, Authorization, x-api-key, anthropic-version, X-Client-Request-Id, X-Session-Id, X-User-Id";

    private final Set<String> origins;

    /** @param origins exact, such as {@code https://app.example.com}; empty: nobody */
    Cors(Set<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    /** Adds the grant; answers whether the request was a preflight of an allowed origin, and is answered. */
    boolean grant(HttpServerRequest request) {
        if (origins.isEmpty()) {
            return false;
        }
        List<String> named = request.headers().getAll(HttpHeaders.ORIGIN);
        HttpServerResponse response = request.response();
        response.putHeader("Vary", "Origin");
        if (named.size() != 1 || !origins.contains(named.get(0))) {
            return false;
        }
        String origin = named.get(0);
        response.putHeader("Access-Control-Allow-Origin", origin);
        response.putHeader("Access-Control-Expose-Headers", EXPOSED);
        if (request.method() != HttpMethod.OPTIONS || request.getHeader("Access-Control-Request-Method") == null) {
            return false;
        }
        response.putHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
        response.putHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS);
        response.putHeader("Access-Control-Max-Age", "600");
        response.setStatusCode(204).end();
        return true;
    }
}
