package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;

/**
 * The refusals of a caller's field, each with a message that says what would be right. A caller's text is never repeated in
 * one: it may be long, secret or hostile.
 */
final class Refusals {

    private Refusals() {}

    /** @param expected with its article, such as {@code a string} */
    static RequestException missing(String param, String expected) {
        return new RequestException(ErrorCode.MISSING_FIELD, param + " is required and must be " + expected, param);
    }

    static RequestException type(String param, String expected, JsonNode was) {
        return new RequestException(
                ErrorCode.INVALID_TYPE, param + " must be " + expected + ", was " + kind(was), param);
    }

    /** @param range such as {@code a number from 0 to 2} */
    static RequestException range(String param, String range, JsonNode was) {
        return new RequestException(
                ErrorCode.OUT_OF_RANGE, param + " must be " + range + ", was " + was.asText(), param);
    }

    static RequestException outOfRange(String param, String demand) {
        return new RequestException(ErrorCode.OUT_OF_RANGE, param + " " + demand, param);
    }

    /** @param demand what would be right, such as {@code must be one of a, b} */
    static RequestException value(String param, String demand) {
        return new RequestException(ErrorCode.INVALID_VALUE, param + " " + demand, param);
    }

    static RequestException unsupported(String param, String reason) {
        return new RequestException(ErrorCode.UNSUPPORTED_PARAMETER, param + " " + reason, param);
    }

    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case NUMBER -> "a number";
            case STRING -> "a string";
            default -> "an object";
        };
    }
}
