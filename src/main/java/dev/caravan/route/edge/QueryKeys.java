package dev.caravan.route.edge;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds a key that a caller has put into the address. */
final class QueryKeys {

    private static final Set<String> NAMES =
            Set.of("key", "api_key", "api-key", "apikey", "x-api-key", "access_token", "token", "authorization");
    private static final String GATEWAY_KEY = "cv-";

    /** Shorter values may be anything. */
    private static final int LONG = 40;

    private QueryKeys() {}

    /**
     * The name of the parameter, safe to show; null where there is none.
     *
     * @param query as it came, not decoded; null: none
     */
    static @Nullable String find(@Nullable String query) {
        if (query == null) {
            return null;
        }
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = (equals < 0 ? parameter : parameter.substring(0, equals)).toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            if (NAMES.contains(name)) {
                return name;
            }
            if (value.startsWith(GATEWAY_KEY) && value.length() >= LONG) {
                return name.matches("[a-z0-9_.-]{1,40}") ? name : "a parameter";
            }
        }
        return null;
    }
}
