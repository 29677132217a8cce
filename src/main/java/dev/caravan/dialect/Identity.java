package dev.caravan.dialect;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose request it is, for the ledger. Stored verbatim, so nothing is trimmed or folded.
 *
 * @param sessionId 1 to 256 characters without control characters
 * @param userId likewise
 */
record Identity(String sessionId, String userId) {

    static final String SESSION_FIELD = "session_id";
    static final String USER_FIELD = "user_id";
    static final String ANONYMOUS = "anonymous";

    private static final int MAX_CHARACTERS = 256;

    /** Who the body says it is. */
    static Identity ofBody(BodyFields body, Supplier<String> newSessionId) {
        return of(body, IdHeaders.NONE, null, newSessionId);
    }

    /**
     * Who the body says it is, else the headers, else the dialect's own field.
     *
     * @param dialectUser the dialect's own word for the user; null: it has none
     */
    static Identity of(BodyFields body, IdHeaders headers, @Nullable Claim dialectUser, Supplier<String> newSessionId) {
        Claim session = first(claim(body, SESSION_FIELD), claim("X-Session-Id", headers.sessionId()), null);
        Claim user = first(claim(body, USER_FIELD), claim("X-User-Id", headers.userId()), dialectUser);
        return new Identity(
                session == null ? newSessionId.get() : session.checked(), user == null ? ANONYMOUS : user.checked());
    }

    private static @Nullable Claim first(@Nullable Claim a, @Nullable Claim b, @Nullable Claim c) {
        return a != null ? a : b != null ? b : c;
    }

    static @Nullable Claim claim(BodyFields body, String field) {
        return claim(body.at(field), body.text(field));
    }

    private static @Nullable Claim claim(String param, @Nullable String value) {
        return value == null ? null : new Claim(param, value);
    }

    /** What a caller says in one place. */
    record Claim(String param, String value) {

        String checked() {
            int length = value.codePointCount(0, value.length());
            if (length < 1 || length > MAX_CHARACTERS) {
                throw Refusals.outOfRange(param, "must be 1 to " + MAX_CHARACTERS + " characters, was " + length);
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw Refusals.value(param, "must not have control characters");
            }
            if (JsonLimits.hasLoneSurrogate(value)) {
                throw Refusals.value(param, "must not have half a surrogate pair");
            }
            return value;
        }
    }
}
