package dev.caravan.error;

import org.jspecify.annotations.Nullable;

/**
 * One model that was to serve a request and did not.
 *
 * @param model its name in the catalogue
 * @param provider that of the model
 * @param code what went wrong, or why it was passed over
 * @param param the field that it cannot take; null where that is not the reason
 */
public record FailedTry(
        String model,
        String provider,
        ErrorCode code,
        @Nullable String param) {}
