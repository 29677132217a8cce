package dev.caravan.wire;

import org.jspecify.annotations.Nullable;

/**
 * Whether and which tools the model must call.
 *
 * @param name the function that must be called; set exactly when {@code mode} is {@link Mode#NAMED}
 */
public record ToolChoice(Mode mode, @Nullable String name) {

    public enum Mode {
        AUTO,
        NONE,
        REQUIRED,
        NAMED,
        /** {@code allowed_tools} and {@code custom}: only OpenAI's own format can say it. */
        OTHER
    }

    public ToolChoice {
        if ((mode == Mode.NAMED) != (name != null)) {
            throw new IllegalArgumentException("a name goes with NAMED and with nothing else");
        }
    }
}
