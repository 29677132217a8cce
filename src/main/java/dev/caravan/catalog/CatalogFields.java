package dev.caravan.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One object of the file, read field by field. Remembers what was asked for, so that {@link #refuseOthers()} finds a name
 * that nobody reads: a typo in a price file costs money.
 */
final class CatalogFields {

    /** What any price must be under, USD per 1,000 tokens: dearer than any model there is, and less than most prices per million. */
    private static final BigDecimal PRICE_LIMIT = BigDecimal.ONE;

    /** A price needs no more decimals; one written with a huge exponent would make each sum slow. */
    private static final int MAX_DECIMALS = 12;

    private static final int SHOWN = 40;

    private final String file;
    private final String path;
    private final ObjectNode object;
    private final Set<String> known = new HashSet<>();

    CatalogFields(String file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        if (!(node instanceof ObjectNode found)) {
            throw new CatalogException(
                    file + ": " + (path.isEmpty() ? "the file" : path) + " must be an object, was " + shown(node));
        }
        this.object = found;
    }

    /** A name that begins with an underscore is a comment, wherever it stands. */
    static boolean isComment(String name) {
        return name.startsWith("_");
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        names.removeIf(CatalogFields::isComment);
        return names;
    }

    boolean has(String name) {
        return object.has(name);
    }

    String text(String name) {
        JsonNode value = require(name, "a string that is not empty");
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw wrong(name, "must be a string that is not empty", value);
        }
        if (value.textValue().chars().anyMatch(Character::isISOControl)) {
            throw new CatalogException(at(name) + " must not have control characters");
        }
        return value.textValue();
    }

    String text(String name, String otherwise) {
        known.add(name);
        return object.has(name) ? text(name) : otherwise;
    }

    void exactly(String name, String expected) {
        JsonNode value = require(name, '"' + expected + '"');
        if (!value.isTextual() || !value.textValue().equals(expected)) {
            throw wrong(name, "must be \"" + expected + '"', value);
        }
    }

    /** A whole number of at least 1. */
    long count(String name, long most) {
        JsonNode value = require(name, "a whole number of at least 1");
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
            throw wrong(name, "must be a whole number of at least 1", value);
        }
        if (value.longValue() > most) {
            throw wrong(name, "must be at most " + most, value);
        }
        return value.longValue();
    }

    BigDecimal price(String name) {
        JsonNode value = require(name, "a number of at least 0 (USD per 1,000 tokens)");
        if (!value.isNumber() || value.decimalValue().signum() < 0) {
            throw wrong(name, "must be a number of at least 0", value);
        }
        BigDecimal price = value.decimalValue();
        if (price.compareTo(PRICE_LIMIT) >= 0) {
            throw wrong(name, "must be less than 1 USD per 1,000 tokens (is it a price per million?)", value);
        }
        if (price.scale() > MAX_DECIMALS) {
            throw wrong(name, "must have at most " + MAX_DECIMALS + " decimals", value);
        }
        return price;
    }

    @Nullable
    BigDecimal optionalPrice(String name) {
        known.add(name);
        return object.has(name) ? price(name) : null;
    }

    boolean flag(String name, boolean otherwise) {
        known.add(name);
        JsonNode value = object.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(name, "must be true or false", value);
        }
        return value.booleanValue();
    }

    CatalogFields object(String name) {
        return new CatalogFields(file, join(name), require(name, "an object"));
    }

    /** Hands each element of an array to the reader; nothing where the field is missing. */
    void each(String name, Consumer<CatalogFields> reader) {
        known.add(name);
        JsonNode value = object.get(name);
        if (value == null) {
            return;
        }
        if (!value.isArray()) {
            throw wrong(name, "must be an array", value);
        }
        for (int i = 0; i < value.size(); i++) {
            reader.accept(new CatalogFields(file, join(name) + "[" + i + "]", value.get(i)));
        }
    }

    /** An array of strings; empty where the field is missing. */
    List<String> texts(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, "must be an array of strings", value);
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            if (!value.get(i).isTextual()) {
                throw wrong(name + "[" + i + "]", "must be a string", value.get(i));
            }
            texts.add(value.get(i).textValue());
        }
        return texts;
    }

    void refuseOthers() {
        for (String name : names()) {
            if (!known.contains(name)) {
                throw new CatalogException(at(name) + " is not a known field (a comment's name begins with _)");
            }
        }
    }

    /** The failure of a field; {@code demand} begins with "must". */
    CatalogException wrong(String name, String demand) {
        JsonNode value = object.get(name);
        return value == null ? new CatalogException(at(name) + " " + demand) : wrong(name, demand, value);
    }

    private CatalogException wrong(String name, String demand, JsonNode value) {
        return new CatalogException(at(name) + " " + demand + ", was " + shown(value));
    }

    private JsonNode require(String name, String expected) {
        known.add(name);
        JsonNode value = object.get(name);
        if (value == null) {
            throw new CatalogException(at(name) + " is missing: it must be " + expected);
        }
        return value;
    }

    private String at(String name) {
        return file + ": " + join(name);
    }

    private String join(String name) {
        String safe = name.codePoints()
                .limit(SHOWN * 2L)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return path.isEmpty() ? safe : path + "." + safe;
    }

    private static String shown(JsonNode value) {
        if (value.isObject()) {
            return "an object";
        }
        if (value.isArray()) {
            return "an array";
        }
        String text = value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
