package dev.caravan.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Reads what a provider sent, whatever it is, within bounds. */
final class UpstreamAnswer {

    /** A longer answer is a fault: no provider's whole answer comes near it, and memory is shared by all callers. */
    private static final int ANSWER_LIMIT_BYTES = 64 * 1024 * 1024;

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

    static byte[] readBounded(@Nullable InputStream body) throws IOException {
        if (body == null) {
            return new byte[0];
        }
        byte[] bytes = body.readNBytes(ANSWER_LIMIT_BYTES);
        if (bytes.length == ANSWER_LIMIT_BYTES && body.read() >= 0) {
            throw new ProviderFault(ErrorCode.PROVIDER_ERROR, 200, false, null, null);
        }
        return bytes;
    }
}
