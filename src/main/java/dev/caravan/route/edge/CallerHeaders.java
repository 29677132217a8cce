package dev.caravan.route.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The allow-lists between callers and exchanges. Nothing that a caller sends can pass for a header that Camel obeys, however
 * it is spelt: what is not named here, and is no path parameter of the route, does not come in, and what we do not set on
 * purpose does not go out.
 */
final class CallerHeaders implements HeaderFilterStrategy {

    /** Not here: {@code Authorization} and {@code x-api-key}, which the door takes out of the request itself. */
    private static final List<String> INBOUND = List.of(
            "Content-Type",
            CallerIds.CLIENT_REQUEST_ID,
            "X-Session-Id",
            "X-User-Id",
            "anthropic-version",
            "Idempotency-Key");

    private static final List<String> QUERY =
            List.of("date", "from", "to", "month", "user_id", "model", "provider", "limit", "cursor", "format");

    private static final Set<String> OUTBOUND = Set.of(
            "content-type",
            "content-disposition",
            "cache-control",
            "etag",
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "retry-after",
            "www-authenticate",
            "x-should-retry",
            "idempotent-replayed",
            "x-session-id",
            "x-served-by",
            "request-id",
            "allow");

    private static final String RATE_LIMITS = "x-ratelimit-";
    private static final String ANTHROPIC_RATE_LIMITS = "anthropic-ratelimit-";

    /** Puts in what may come in. A header or parameter that came more than once is a list. */
    static void putIn(RoutingContext ctx, Map<String, Object> headers) {
        for (String name : INBOUND) {
            put(name, ctx.request().headers(), headers);
        }
        if (ctx.request().method() == HttpMethod.GET && ctx.request().query() != null) {
            for (String name : QUERY) {
                put(name, ctx.queryParams(), headers);
            }
        }
        headers.putAll(ctx.pathParams());
    }

    private static void put(String name, MultiMap from, Map<String, Object> headers) {
        List<String> values = from.getAll(name);
        if (!values.isEmpty()) {
            headers.put(name, values.size() == 1 ? values.get(0) : List.copyOf(values));
        }
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, @Nullable Object value, @Nullable Exchange exchange) {
        String known = name.toLowerCase(Locale.ROOT);
        return !OUTBOUND.contains(known) && !known.startsWith(RATE_LIMITS) && !known.startsWith(ANTHROPIC_RATE_LIMITS);
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, @Nullable Exchange exchange) {
        return true;
    }
}
