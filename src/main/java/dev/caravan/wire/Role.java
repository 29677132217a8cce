package dev.caravan.wire;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who speaks in a message. Source: openai 6.49.0, ChatCompletionMessageParam, read 2026-11-20. */
public enum Role {
    SYSTEM,
    DEVELOPER,
    USER,
    ASSISTANT,
    TOOL;

    /** The role of that wire name; null for a name that is none. */
    public static @Nullable Role of(String wireName) {
        return switch (wireName) {
            case "system" -> SYSTEM;
            case "developer" -> DEVELOPER;
            case "user" -> USER;
            case "assistant" -> ASSISTANT;
            case "tool" -> TOOL;
            default -> null;
        };
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
