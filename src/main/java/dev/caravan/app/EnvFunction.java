package dev.caravan.app;

import dev.caravan.route.Environment;
import org.apache.camel.spi.PropertiesFunction;
import org.jspecify.annotations.Nullable;

/** {@code {{env:NAME:default}}}, in place of Camel's own, which knows the environment but not {@code .env}. */
final class EnvFunction implements PropertiesFunction {

    private final Environment environment;

    EnvFunction(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String getName() {
        return "env";
    }

    @Override
    public @Nullable String apply(String remainder) {
        int colon = remainder.indexOf(':');
        String name = colon < 0 ? remainder : remainder.substring(0, colon);
        String value = environment.get(name);
        if (value != null) {
            // Paths are added to base URLs, and two slashes are another path than one.
            return name.endsWith("_BASE_URL") ? value.replaceAll("/+$", "") : value;
        }
        return colon < 0 ? null : remainder.substring(colon + 1);
    }
}
