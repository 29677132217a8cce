package dev.caravan.route;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A provider's key: known by the names of its environment variables, read when it is needed, never printed. {@code toString}
 * says the name only, so that no log and no MBean can show the value.
 */
final class ProviderKey {

    private final List<String> variables;
    private final String variable;
    private final @Nullable String value;

    /**
     * @param variables their names, the first that is set wins; empty: the provider wants no key
     * @param environment the value of a variable, or null
     */
    ProviderKey(List<String> variables, UnaryOperator<@Nullable String> environment) {
        this.variables = List.copyOf(variables);
        String found = null;
        String name = this.variables.isEmpty() ? "" : this.variables.get(0);
        for (String candidate : this.variables) {
            String text = environment.apply(candidate);
            if (found == null && text != null && !text.isBlank()) {
                found = text.strip();
                name = candidate;
            }
        }
        this.value = found;
        this.variable = name;
    }

    /** The variable that holds the key, or the first one that may. */
    String variable() {
        return variable;
    }

    @Nullable
    String value() {
        return value;
    }

    @Override
    public String toString() {
        return "the key in " + variables;
    }
}
