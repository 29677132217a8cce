package dev.caravan.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a caller may see. Its message is safe to show: it names the field and what would be right, and never a
 * class, a path, a URL, SQL, or a key.
 *
 * <p>Four kinds: {@link RequestException} (the caller's mistake, or a limit of ours), {@link ProviderRejection} (the
 * provider refused this request or asked us to wait; its health is not in doubt), {@link ProviderFault} (the provider
 * failed; counts for its breaker) and {@link NoModelServed} (so did all that might have stood in for it).
 */
public abstract sealed class GatewayException extends RuntimeException
        permits RequestException, ProviderRejection, ProviderFault, NoModelServed {

    private final ErrorCode code;
    private final @Nullable String param;
    private final @Nullable Duration retryAfter;

    GatewayException(
            ErrorCode code,
            String message,
            @Nullable String param,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        // A stack trace tells nothing about a caller's mistake and costs more than all the rest of the answer.
        super(message, cause, false, cause != null);
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
    }

    public ErrorCode code() {
        return code;
    }

    /** The safe message; never null. */
    public String text() {
        String message = getMessage();
        return message == null ? code.wireName() : message;
    }

    /** The field or parameter at fault, such as {@code messages[2].content}; null where none is. */
    public @Nullable String param() {
        return param;
    }

    /** How long the caller should wait before it tries again; null where nothing is known or no wait mends it. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
