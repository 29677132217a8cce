package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.JsonBuffers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON trees to text and bytes, and a model's JSON to a tree. */
final class JsonText {

    static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private static final ObjectMapper JSON = JsonMapper.builder(
                    JsonFactory.builder().recyclerPool(JsonBuffers.SHARED).build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private static final ObjectMapper PLAIN = JsonMapper.builder(
                    JsonFactory.builder().recyclerPool(JsonBuffers.SHARED).build())
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private JsonText() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    /** Decimals are written as they came. */
    static byte[] bytes(JsonNode node) {
        return bytes(JSON, node);
    }

    /** Decimals are written without an exponent; only for our own figures, which have few digits. */
    static byte[] plainBytes(JsonNode node) {
        return bytes(PLAIN, node);
    }

    /** Decimals are written as they came. */
    static String string(JsonNode node) {
        return string(JSON, node);
    }

    /** What a model wrote; null where it is no JSON. */
    static @Nullable JsonNode readOrNull(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static byte[] bytes(ObjectMapper mapper, JsonNode node) {
        try {
            byte[] json = mapper.writeValueAsBytes(node);
            if (!mayHaveHalfAPair(json)) {
                return json;
            }
        } catch (JsonProcessingException e) {
            // As below.
        }
        // A model's text may have half a surrogate pair, on which Jackson's UTF-8 writer fails, or which it writes as
        // an escape
        // that no strict reader takes. Here it becomes a question mark.
        return string(mapper, node).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether an escape of half a pair may be in it; whole pairs are written as they are. */
    private static boolean mayHaveHalfAPair(byte[] json) {
        for (int i = 0; i + 2 < json.length; i++) {
            if (json[i] == '\\' && json[i + 1] == 'u' && (json[i + 2] | 0x20) == 'd') {
                return true;
            }
        }
        return false;
    }

    private static String string(ObjectMapper mapper, JsonNode node) {
        try {
            return mapper.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree cannot be written", e);
        }
    }
}
