package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.ProviderRejection;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error answer means; the same for all providers but for their words, which each translator hands in. */
final class ErrorReader {

    /** Longer waits than this are as good as none, and cannot overflow anything. */
    private static final Duration LONGEST = Duration.ofDays(30);

    private ErrorReader() {}

    /**
     * Classifies by status, and by what the translator found in the body.
     *
     * @param param the caller's field that the provider named; null where it named none
     * @param badKey the body says that our key is refused, whatever the status
     * @param quotaGone the body says that no wait mends it
     * @param bodyWait the wait that the body names; null where it names none
     */
    static GatewayException read(
            UpstreamError error,
            @Nullable String param,
            boolean badKey,
            boolean quotaGone,
            @Nullable Duration bodyWait) {
        int status = error.status();
        Duration wait = longer(retryAfter(error.headers(), error.at()), bodyWait);
        if (badKey || status == 401 || status == 403) {
            return new ProviderRejection(ErrorCode.PROVIDER_KEY_INVALID, "Invalid API key", null, status, null);
        }
        if (quotaGone || status == 402) {
            return new ProviderRejection(
                    ErrorCode.QUOTA_EXHAUSTED,
                    "The provider's quota for this gateway is exhausted; no wait mends it",
                    null,
                    status,
                    null);
        }
        switch (status) {
            case 404:
                return new ProviderRejection(ErrorCode.MODEL_NOT_FOUND, "Unsupported model", "model", status, null);
            case 413:
                return new ProviderRejection(
                        ErrorCode.BODY_TOO_LARGE, "The request is too large for the provider", null, status, null);
            case 429:
                return new ProviderRejection(
                        ErrorCode.RATE_LIMITED, "The provider's rate limit is reached", null, status, wait);
            case 408, 504:
                return new ProviderFault(ErrorCode.PROVIDER_TIMEOUT, status, true, wait, null);
            case 503, 529:
                return new ProviderFault(ErrorCode.PROVIDER_OVERLOADED, status, true, wait, null);
            default:
                if (status >= 500) {
                    return new ProviderFault(ErrorCode.PROVIDER_ERROR, status, true, wait, null);
                }
                if (status >= 400) {
                    return new ProviderRejection(
                            ErrorCode.REJECTED_BY_PROVIDER, SafeMessage.of(error.message()), param, status, null);
                }
                // A redirect, or an answer that is none: our configuration leads to the wrong place.
                return new ProviderFault(ErrorCode.PROVIDER_ERROR, status, false, null, null);
        }
    }

    /** The error object of the body ({@code $.error}), also where Google wraps it in an array; missing where there is none. */
    static JsonNode errorObject(UpstreamError error) {
        JsonNode body = error.body();
        if (body == null) {
            return MissingNode.getInstance();
        }
        return (body.isArray() ? body.path(0) : body).path("error");
    }

    /** A field of the body that may name one of the caller's, cleaned; null where it holds none. */
    static @Nullable String param(JsonNode node) {
        String name = node.isTextual() ? node.textValue() : "";
        // Provider's text all the same: what would not be shown in a message is not shown here either.
        return name.matches("[A-Za-z0-9_.\\[\\]-]{1,200}")
                        && SafeMessage.of(name).equals(name)
                ? name
                : null;
    }

    /** Whether any of the values of a field is one of those words. */
    static boolean says(JsonNode node, Set<String> words) {
        return node.isTextual() && words.contains(node.textValue());
    }

    /** {@code retry-after-ms}, or {@code Retry-After} in seconds or as a date; null where neither can be read. */
    static @Nullable Duration retryAfter(Map<String, String> headers, Instant now) {
        String millis = headers.get("retry-after-ms");
        Duration exact = millis == null ? null : seconds(millis, 3);
        if (exact != null) {
            return exact;
        }
        String header = headers.get("retry-after");
        if (header == null) {
            return null;
        }
        Duration seconds = seconds(header, 0);
        if (seconds != null) {
            return seconds;
        }
        try {
            Instant at = ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return bounded(Duration.between(now, at));
        } catch (DateTimeException e) {
            // Neither seconds nor a date: as good as no header.
            return null;
        }
    }

    /**
     * A decimal number of seconds.
     *
     * @param scale 3 where the text counts milliseconds, 0 where it counts seconds
     * @return null where the text is no number of at least 0
     */
    static @Nullable Duration seconds(String text, int scale) {
        String stripped = text.strip();
        if (!stripped.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
            return null;
        }
        BigDecimal seconds = new BigDecimal(stripped).movePointLeft(scale);
        return bounded(Duration.ofMillis(seconds.movePointRight(3).longValue()));
    }

    private static Duration bounded(Duration duration) {
        if (duration.isNegative()) {
            return Duration.ZERO;
        }
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }

    private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) >= 0 ? one : other;
    }
}
