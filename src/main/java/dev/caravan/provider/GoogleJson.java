package dev.caravan.provider;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Set;

/** JSON as the Google translator reads and writes it: numbers exact, nothing after the end, no field overlooked. */
final class GoogleJson {

    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private GoogleJson() {}

    /**
     * Refuses a field of the caller's that nobody here reads. A null, an empty list or an empty object says nothing, so it is
     * passed over: OpenAI's SDK writes such fields into every message that it sends back.
     *
     * @param path of the object in the caller's body
     */
    static void refuseUnknown(JsonNode object, String path, Set<String> known) {
        if (!object.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            boolean says = !value.isNull() && !(value.isContainerNode() && value.isEmpty());
            if (says && !known.contains(field.getKey())) {
                throw RequestFields.refusal(path + "." + field.getKey(), "this provider does not know it");
            }
        }
    }
}
