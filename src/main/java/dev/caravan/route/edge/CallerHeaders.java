package dev.caravan.route.edge;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The allow-lists between callers and exchanges. Inbound: nothing; steps that want a header or a query parameter read it from
 * the request by name, so nothing that a caller sends can pass for a header that Camel obeys. Outbound: what we set on purpose.
 */
final class CallerHeaders implements HeaderFilterStrategy {

    private static final Set<String> OUTBOUND = Set.of(
            "content-type", "content-disposition", "cache-control", "retry-after", "x-should-retry", "x-session-id");

    @Override
    public boolean applyFilterToCamelHeaders(String name, @Nullable Object value, @Nullable Exchange exchange) {
        return !OUTBOUND.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, @Nullable Exchange exchange) {
        return true;
    }
}
