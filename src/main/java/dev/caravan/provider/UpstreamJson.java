package dev.caravan.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import dev.caravan.wire.JsonBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The JSON that goes to a provider and comes from it. Numbers stay as they were written. */
final class UpstreamJson {

    /** A count above this is a mistake, not a count. */
    private static final long MOST_TOKENS = 1_000_000_000_000L;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(200).build())
                    .recyclerPool(JsonBuffers.SHARED)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private UpstreamJson() {}

    static byte[] write(JsonNode tree) {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A provider's 2xx answer.
     *
     * @throws ProviderFault where it is not one JSON object, or nests too deeply
     */
    static ObjectNode object(byte[] body) {
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw fault(e);
        }
        throw fault("the answer is not a JSON object");
    }

    /**
     * The data of an event.
     *
     * @throws ProviderFault where it is not one JSON object, or nests too deeply
     */
    static ObjectNode object(String data) {
        ObjectNode object = objectOrNull(data);
        if (object == null) {
            throw fault("an event is not a JSON object");
        }
        return object;
    }

    /**
     * The data of an event of Google's, which wraps an error in a list at times.
     *
     * @throws ProviderFault where it is neither one JSON object nor a list of one
     */
    static ObjectNode objectOrListed(String data) {
        String text = data.strip();
        if (!text.startsWith("[")) {
            return object(data);
        }
        try {
            JsonNode list = JSON.readTree(text);
            if (list.size() == 1 && list.get(0) instanceof ObjectNode only) {
                return only;
            }
        } catch (JsonProcessingException e) {
            throw fault(e);
        }
        throw fault("an event is a list of other than one object");
    }

    /** A text that should hold one JSON object; null where it does not. */
    static @Nullable ObjectNode objectOrNull(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException e) {
            // No JSON: the caller decides what that means.
            return null;
        }
    }

    /** For an answer that is not what the provider documents; the words are for our own log. */
    static ProviderFault fault(String words) {
        return fault(new IllegalArgumentException(words));
    }

    static ProviderFault fault(Throwable cause) {
        return new ProviderFault(ErrorCode.PROVIDER_ERROR, 200, false, null, cause);
    }

    /** A token count; null where there is none or it cannot be one. */
    static @Nullable Long count(JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            return null;
        }
        long count = node.longValue();
        return count < 0 || count > MOST_TOKENS ? null : count;
    }

    /** A text; null where the node holds none or an empty one. */
    static @Nullable String text(JsonNode node) {
        return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
    }
}
