package dev.caravan.dialect;

import org.jspecify.annotations.Nullable;

/**
 * The two headers by which a caller of {@code /v1} may say who it is; a body field of that meaning goes first.
 *
 * @param sessionId {@code X-Session-Id}, as it came; null: not sent
 * @param userId {@code X-User-Id}, as it came; null: not sent
 */
public record IdHeaders(
        @Nullable String sessionId, @Nullable String userId) {

    public static final IdHeaders NONE = new IdHeaders(null, null);
}
