package dev.caravan.app;

import java.time.Duration;
import org.apache.camel.CamelContext;

/** Reads settings of application.properties, with an error that names the setting. */
final class Settings {

    private final CamelContext context;

    Settings(CamelContext context) {
        this.context = context;
    }

    String text(String name) {
        return context.resolvePropertyPlaceholders("{{" + name + ":}}").strip();
    }

    int whole(String name, int least) {
        long value = wholeLong(name, least);
        if (value > Integer.MAX_VALUE) {
            throw new StartFailure(name + " must be at most " + Integer.MAX_VALUE + ", was " + value);
        }
        return (int) value;
    }

    long wholeLong(String name, long least) {
        String text = text(name);
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new StartFailure(name + " must be a whole number, was \"" + text + "\"", e);
        }
        if (value < least) {
            throw new StartFailure(name + " must be at least " + least + ", was " + value);
        }
        return value;
    }

    /** A time in milliseconds, as the setting's name says. */
    Duration millis(String name, long least) {
        return Duration.ofMillis(wholeLong(name, least));
    }
}
