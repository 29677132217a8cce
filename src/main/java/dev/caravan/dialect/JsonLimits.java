package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * What is legal JSON and still cannot be sent on: half a surrogate pair, which is no character and has no UTF-8, and numbers
 * of an exponent that no one means, whose digits would fill the memory of whoever writes them out.
 */
final class JsonLimits {

    /** A double reaches about 1e308. */
    private static final int MAX_EXPONENT = 400;

    private JsonLimits() {}

    /** @throws RequestException 400 naming the place */
    static void check(ObjectNode body) {
        check(body, new ArrayDeque<>());
    }

    /** @param place the names and indexes that lead to the node; put into words only where something is wrong */
    private static void check(JsonNode node, Deque<Object> place) {
        if (node.isTextual()) {
            if (hasLoneSurrogate(node.textValue())) {
                throw Refusals.value(path(place), "must not have half a surrogate pair (a lone \\uD800 to \\uDFFF)");
            }
        } else if (node.isBigDecimal()) {
            int scale = node.decimalValue().scale();
            if (scale > MAX_EXPONENT || scale < -MAX_EXPONENT) {
                throw Refusals.outOfRange(path(place), "must be a number with an exponent of at most " + MAX_EXPONENT);
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (hasLoneSurrogate(field.getKey())) {
                    String object = path(place);
                    throw new RequestException(
                            ErrorCode.INVALID_VALUE,
                            "a field's name must not have half a surrogate pair",
                            object.isEmpty() ? null : object);
                }
                place.addLast(field.getKey());
                check(field.getValue(), place);
                place.removeLast();
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                place.addLast(i);
                check(node.get(i), place);
                place.removeLast();
            }
        }
    }

    private static String path(Deque<Object> place) {
        String path = "";
        for (Object step : place) {
            path = step instanceof Integer index ? FieldPath.of(path, index) : FieldPath.of(path, (String) step);
        }
        return path;
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
