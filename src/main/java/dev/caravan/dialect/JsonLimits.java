package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.util.Map;

/**
 * What is legal JSON and still cannot be sent on: half a surrogate pair, which is no character and has no UTF-8, and numbers
 * of an exponent that no one means, whose digits would fill the memory of whoever writes them out.
 */
final class JsonLimits {

    /** A double reaches about 1e308. */
    private static final int MAX_EXPONENT = 400;

    private JsonLimits() {}

    static void check(ObjectNode body) {
        check("", body);
    }

    private static void check(String path, JsonNode node) {
        if (node.isTextual()) {
            if (hasLoneSurrogate(node.textValue())) {
                throw Refusals.value(path, "must not have half a surrogate pair (a lone \\uD800 to \\uDFFF)");
            }
        } else if (node.isBigDecimal()) {
            int scale = node.decimalValue().scale();
            if (scale > MAX_EXPONENT || scale < -MAX_EXPONENT) {
                throw Refusals.outOfRange(path, "must be a number with an exponent of at most " + MAX_EXPONENT);
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (hasLoneSurrogate(field.getKey())) {
                    throw new RequestException(
                            ErrorCode.INVALID_VALUE,
                            "a field's name must not have half a surrogate pair",
                            path.isEmpty() ? null : path);
                }
                if (isWorthALook(field.getValue())) {
                    check(FieldPath.of(path, field.getKey()), field.getValue());
                }
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                if (isWorthALook(node.get(i))) {
                    check(FieldPath.of(path, i), node.get(i));
                }
            }
        }
    }

    /** Spares the making of a path for each of a million values that nothing can be wrong with. */
    private static boolean isWorthALook(JsonNode node) {
        return node.isContainerNode()
                || node.isBigDecimal()
                || (node.isTextual() && hasLoneSurrogate(node.textValue()));
    }

    static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    return true;
                }
            }
        }
        return false;
    }
}
