package dev.caravan.error;

import java.util.Locale;

/**
 * Every {@code code} that an error answer can carry, with its HTTP status. The list is closed: an answer's status and type
 * follow from its code, so no other pair can reach a caller.
 */
public enum ErrorCode {
    MISSING_FIELD(400),
    INVALID_TYPE(400),
    INVALID_VALUE(400),
    OUT_OF_RANGE(400),
    MAX_TOKENS_TOO_LARGE(400),
    CONTEXT_TOO_LONG(400),
    MALFORMED_JSON(400),
    UNSUPPORTED_PARAMETER(400),
    /** The provider refused the caller's own request with a 400; the message is the provider's, cleaned. */
    REJECTED_BY_PROVIDER(400),
    /** Two lengths, or a {@code Transfer-Encoding} other than exactly {@code chunked}. */
    AMBIGUOUS_LENGTH(400),
    MALFORMED_REQUEST(400),
    PROVIDER_KEY_INVALID(401),
    PROVIDER_KEY_MISSING(401),
    GATEWAY_KEY_INVALID(401),
    MODEL_NOT_FOUND(404),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    REQUEST_TIMEOUT(408),
    CONFLICT(409),
    BODY_TOO_LARGE(413),
    UNSUPPORTED_MEDIA_TYPE(415),
    HEADERS_TOO_LARGE(431),
    RATE_LIMITED(429),
    /** No wait mends it: the provider's account is out of money or over its quota of the day. */
    QUOTA_EXHAUSTED(429),
    BUDGET_EXCEEDED(429),
    PROVIDER_ERROR(500),
    PROVIDER_TIMEOUT(500),
    PROVIDER_OVERLOADED(500),
    CIRCUIT_OPEN(500),
    INTERNAL_ERROR(500),
    OVERLOADED(503),
    LEDGER_UNAVAILABLE(503);

    private final int status;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    ErrorCode(int status) {
        this.status = status;
    }

    /** The HTTP status, 400 to 503. */
    public int status() {
        return status;
    }

    /** The {@code code} of the answer, such as {@code missing_field}. */
    public String wireName() {
        return wireName;
    }

    /** The {@code type} of the answer, one of OpenAI's four. */
    public String type() {
        return switch (status) {
            case 401 -> "authentication_error";
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }
}
