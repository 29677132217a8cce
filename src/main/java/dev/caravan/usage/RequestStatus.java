package dev.caravan.usage;

import java.util.Locale;

/** How an accepted request ended. */
public enum RequestStatus {
    OK,
    /** The provider refused it with a 4xx. */
    REJECTED,
    RATE_LIMITED,
    PROVIDER_ERROR,
    TIMEOUT,
    /** The caller went away before it had its answer. */
    CLIENT_GONE,
    /** The gateway died while it was in flight. */
    LOST;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
