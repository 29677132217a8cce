package dev.caravan.wire;

import java.util.Locale;

/** Where the token counts of a request come from. */
public enum UsageSource {
    /** The provider's own counts. */
    PROVIDER,
    /** At least one of the two main counts is our estimate. */
    ESTIMATED,
    /** Nothing was used, or nothing is known. */
    NONE;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
