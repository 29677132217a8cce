package dev.caravan.route;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment, over what {@code .env} says. Also the {@code env} function of the routes ({@code {{env:NAME:default}}}),
 * so that a line in {@code .env} is as good as a variable. An empty variable counts as not set.
 */
public final class Environment {

    private final Map<String, String> dotEnv;
    private final Map<String, String> variables;

    public Environment(Map<String, String> dotEnv, Map<String, String> variables) {
        this.dotEnv = new LinkedHashMap<>(dotEnv);
        this.variables = variables;
    }

    /** The value; null where the variable is not set, or empty. */
    public @Nullable String get(String name) {
        String value = variables.get(name);
        if (value == null || value.isEmpty()) {
            value = dotEnv.get(name);
        }
        return value == null || value.isEmpty() ? null : value;
    }
}
