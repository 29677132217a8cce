package dev.caravan.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The request cannot be taken: the caller's mistake (4xx), or a limit of the gateway itself (429, 503). */
public final class RequestException extends GatewayException {

    public RequestException(ErrorCode code, String message, @Nullable String param) {
        super(code, message, param, null, null);
    }

    public RequestException(ErrorCode code, String message, Duration retryAfter) {
        super(code, message, null, retryAfter, null);
    }

    public RequestException(ErrorCode code, String message, Duration retryAfter, Throwable cause) {
        super(code, message, null, retryAfter, cause);
    }
}
