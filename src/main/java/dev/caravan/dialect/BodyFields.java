package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object of a caller's body, read field by field with checks that name the field by its path. A field that is {@code
 * null} counts as left out. All methods throw {@link RequestException} for a value that is wrong.
 */
final class BodyFields {

    private final String path;
    private final ObjectNode object;

    private BodyFields(String path, ObjectNode object) {
        this.path = path;
        this.object = object;
    }

    static BodyFields of(String path, JsonNode node) {
        if (node instanceof ObjectNode object) {
            return new BodyFields(path, object);
        }
        throw Refusals.type(path, "an object", node);
    }

    String at(String name) {
        return FieldPath.of(path, name);
    }

    /** Where this object itself is. */
    String path() {
        return path;
    }

    ObjectNode node() {
        return object;
    }

    @Nullable
    JsonNode find(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    JsonNode require(String name, String expected) {
        JsonNode value = find(name);
        if (value == null) {
            throw Refusals.missing(at(name), expected);
        }
        return value;
    }

    /** A string, perhaps empty. */
    @Nullable
    String text(String name) {
        JsonNode value = find(name);
        if (value != null && !value.isTextual()) {
            throw Refusals.type(at(name), "a string", value);
        }
        return value == null ? null : value.textValue();
    }

    /** A string, perhaps empty. */
    String requireText(String name) {
        JsonNode value = require(name, "a string");
        if (!value.isTextual()) {
            throw Refusals.type(at(name), "a string", value);
        }
        return value.textValue();
    }

    String requireFilled(String name) {
        String text = requireText(name);
        if (text.isEmpty()) {
            throw Refusals.value(at(name), "must be a string that is not empty");
        }
        return text;
    }

    /** One of the words; {@code null} where the field is left out. */
    @Nullable
    String word(String name, List<String> words) {
        String word = text(name);
        if (word != null && !words.contains(word)) {
            throw Refusals.value(at(name), "must be one of " + String.join(", ", words));
        }
        return word;
    }

    @Nullable
    Boolean flag(String name) {
        JsonNode value = find(name);
        if (value != null && !value.isBoolean()) {
            throw Refusals.type(at(name), "true or false", value);
        }
        return value == null ? null : value.booleanValue();
    }

    @Nullable
    BigDecimal number(String name, int least, int most) {
        JsonNode value = find(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            throw Refusals.type(at(name), numberFrom(least, most), value);
        }
        BigDecimal number = value.decimalValue();
        if (number.compareTo(BigDecimal.valueOf(least)) < 0 || number.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw Refusals.range(at(name), numberFrom(least, most), value);
        }
        return number;
    }

    private static String numberFrom(int least, int most) {
        return "a number from " + least + " to " + most;
    }

    /** A whole number of at least {@code least}; one that no long can hold counts as the greatest long. */
    @Nullable
    Long countFrom(String name, int least) {
        JsonNode value = find(name);
        if (value == null) {
            return null;
        }
        if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= least) {
            return value.longValue();
        }
        String expected = "a whole number of at least " + least;
        requireWhole(name, value, expected);
        BigDecimal number = value.decimalValue();
        if (number.compareTo(BigDecimal.valueOf(least)) < 0) {
            throw Refusals.range(at(name), expected, value);
        }
        return Long.MAX_VALUE;
    }

    @Nullable
    Long whole(String name, long least, long most) {
        JsonNode value = find(name);
        if (value == null) {
            return null;
        }
        String expected = "a whole number from " + least + " to " + most;
        requireWhole(name, value, expected);
        if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
            throw Refusals.range(at(name), expected, value);
        }
        return value.longValue();
    }

    @Nullable
    BodyFields object(String name) {
        JsonNode value = find(name);
        return value == null ? null : of(at(name), value);
    }

    BodyFields requireObject(String name) {
        return of(at(name), require(name, "an object"));
    }

    @Nullable
    ArrayNode array(String name) {
        JsonNode value = find(name);
        if (value == null) {
            return null;
        }
        if (value instanceof ArrayNode array) {
            return array;
        }
        throw Refusals.type(at(name), "an array", value);
    }

    /** The elements of an array of objects; none where the field is left out. */
    List<BodyFields> objects(String name) {
        ArrayNode array = array(name);
        if (array == null) {
            return List.of();
        }
        BodyFields[] elements = new BodyFields[array.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = of(FieldPath.of(at(name), i), array.get(i));
        }
        return List.of(elements);
    }

    private void requireWhole(String name, JsonNode value, String expected) {
        if (!value.isNumber()) {
            throw Refusals.type(at(name), expected, value);
        }
        if (!value.isIntegralNumber()) {
            throw new RequestException(
                    ErrorCode.INVALID_TYPE, at(name) + " must be " + expected + ", was " + value.asText(), at(name));
        }
    }
}
