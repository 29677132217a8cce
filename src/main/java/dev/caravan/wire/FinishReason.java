package dev.caravan.wire;

import java.util.Locale;

/** Why the model stopped, in OpenAI's words. */
public enum FinishReason {
    STOP,
    LENGTH,
    TOOL_CALLS,
    CONTENT_FILTER;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
