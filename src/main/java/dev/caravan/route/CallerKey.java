package dev.caravan.route;

import dev.caravan.access.KeyText;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes the key out of a request, once: {@code Authorization: Bearer} as OpenAI's clients send it, or {@code x-api-key} as
 * Anthropic's do. No step after this one finds it there.
 */
final class CallerKey {

    private static final String AUTHORIZATION = "Authorization";
    private static final String API_KEY = "x-api-key";
    private static final String BEARER = "bearer ";

    private CallerKey() {}

    /**
     * The key that the caller sent, which may be unknown; null where it sent none.
     *
     * @throws RequestException 401 where what it sent is no key, or are two
     */
    static @Nullable KeyText take(HttpServerRequest request) {
        List<String> sent = remove(request);
        if (sent.isEmpty()) {
            return null;
        }
        if (new HashSet<>(sent).size() > 1) {
            throw refusal("The request has two different keys");
        }
        KeyText key = KeyText.parse(sent.get(0));
        if (key == null) {
            throw refusal("This is no gateway key: it must be the whole of cv-…, as it was shown when it was made");
        }
        return key;
    }

    /** What was sent as keys; nothing of it is left in the request. */
    static List<String> remove(HttpServerRequest request) {
        MultiMap headers = request.headers();
        List<String> sent = new ArrayList<>();
        for (String value : headers.getAll(AUTHORIZATION)) {
            boolean bearer = value.toLowerCase(Locale.ROOT).startsWith(BEARER);
            sent.add(bearer ? value.substring(BEARER.length()).strip() : value);
        }
        headers.getAll(API_KEY).forEach(value -> sent.add(value.strip()));
        headers.remove(AUTHORIZATION);
        headers.remove(API_KEY);
        return sent;
    }

    static RequestException refusal(String message) {
        return new RequestException(ErrorCode.GATEWAY_KEY_INVALID, message, (String) null);
    }
}
