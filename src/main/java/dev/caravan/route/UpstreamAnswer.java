package dev.caravan.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Reads what a provider sent, whatever it is, within bounds. */
final class UpstreamAnswer {

    /** A longer answer is a fault: no provider's whole answer comes near it, and memory is shared by all callers. */
    static final int LIMIT_BYTES = 64 * 1024 * 1024;

    private static final int GUESS_BYTES = 4096;
    private static final int TRUSTED_BYTES = 1024 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private UpstreamAnswer() {}

    /** Proxies and load balancers answer in HTML: then status and headers are all that can be known. */
    static @Nullable JsonNode jsonOrNothing(byte[] body) throws IOException {
        try {
            JsonNode json = JSON.readTree(body);
            return json.isContainerNode() ? json : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    static Map<String, String> headers(Message message) {
        Map<String, String> headers = new HashMap<>();
        message.getHeaders().forEach((header, value) -> {
            if (value instanceof String text) {
                headers.put(header.toLowerCase(Locale.ROOT), text);
            }
        });
        return headers;
    }

    static ProviderFault tooLong() {
        return new ProviderFault(ErrorCode.PROVIDER_ERROR, 200, false, null, null);
    }

    /**
     * The whole body; empty where there is none.
     *
     * @throws ProviderFault where it is longer than the limit
     */
    static byte[] readBounded(Message message) throws IOException {
        InputStream body = message.getBody(InputStream.class);
        if (body == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[firstGuess(message)];
        int length = 0;
        while (true) {
            length += body.readNBytes(bytes, length, bytes.length - length);
            int next = length < bytes.length ? -1 : body.read();
            if (next < 0) {
                return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
            }
            if (length >= LIMIT_BYTES) {
                throw tooLong();
            }
            bytes = Arrays.copyOf(bytes, Math.min(2 * length, LIMIT_BYTES));
            bytes[length++] = (byte) next;
        }
    }

    /** What the answer's header says, where it says something small; no more than a guess. */
    private static int firstGuess(Message message) {
        if (message.getHeader("Content-Length") instanceof String text) {
            try {
                int length = Integer.parseInt(text);
                if (length > 0 && length <= TRUSTED_BYTES) {
                    return length;
                }
            } catch (NumberFormatException e) {
                return GUESS_BYTES;
            }
        }
        return GUESS_BYTES;
    }
}
