package dev.caravan.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The fields of one filled-in form: each read strictly, what is wrong collected and told in one go. For one thread. */
final class FormFields {

    private static final long MOST_A_MINUTE = 1_000_000_000L;
    private static final BigDecimal MOST_USD = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal LEAST_USD = BigDecimal.valueOf(1, 6);
    private static final int MOST_MODELS = 200;
    private static final int LONGEST_MODEL = 256;

    private final ObjectNode json;
    private final UnaryOperator<String> spelling;
    private final List<String> wrong = new ArrayList<>();
    private @Nullable ErrorCode firstCode;
    private @Nullable String firstField;

    FormFields(ObjectNode json, UnaryOperator<String> spelling) {
        this.json = json;
        this.spelling = spelling;
    }

    void wrong(String field, ErrorCode code, String demand) {
        String name = cleaned(spelling.apply(field));
        wrong.add(name + " " + demand);
        if (firstCode == null) {
            firstCode = code;
            firstField = name;
        }
    }

    /** @throws RequestException 400 that names every wrong field */
    void done() {
        if (firstCode != null) {
            throw new RequestException(firstCode, String.join("; ", wrong), firstField);
        }
    }

    /** As all below: the old value where the field is left out, null where it is null or wrong. */
    @Nullable
    String text(String field, @Nullable String old, int longest) {
        JsonNode value = json.get(field);
        if (value == null) {
            return old;
        }
        if (value.isNull()) {
            return null;
        }
        String text = value.textValue();
        if (text == null) {
            wrong(field, ErrorCode.INVALID_TYPE, "must be a string");
            return old;
        }
        int length = text.codePointCount(0, text.length());
        if (length < 1 || length > longest || text.isBlank() || !isClean(text)) {
            wrong(field, ErrorCode.INVALID_VALUE, "must have 1 to " + longest + " characters, no control characters");
            return old;
        }
        return text;
    }

    boolean yes(String field, boolean old) {
        JsonNode value = json.get(field);
        if (value == null) {
            return old;
        }
        if (!value.isBoolean()) {
            wrong(field, ErrorCode.INVALID_TYPE, "must be true or false");
            return old;
        }
        return value.booleanValue();
    }

    /** Empty where the field is null. */
    List<String> list(String field, List<String> old) {
        JsonNode value = json.get(field);
        if (value == null) {
            return old;
        }
        if (value.isNull()) {
            return List.of();
        }
        Set<String> entries = new LinkedHashSet<>();
        for (JsonNode entry : value) {
            String text = entry.textValue();
            if (text == null || text.isBlank() || text.length() > LONGEST_MODEL || !isClean(text)) {
                entries.clear();
                break;
            }
            entries.add(text);
        }
        if (!value.isArray() || entries.isEmpty() || entries.size() > MOST_MODELS) {
            wrong(field, ErrorCode.INVALID_VALUE, "must be a list of 1 to " + MOST_MODELS + " names, or null for all");
            return old;
        }
        return List.copyOf(entries);
    }

    @Nullable
    Long count(String field, @Nullable Long old) {
        JsonNode value = json.get(field);
        if (value == null) {
            return old;
        }
        if (value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber()) {
            wrong(field, ErrorCode.INVALID_TYPE, "must be a whole number");
            return old;
        }
        if (!value.canConvertToLong() || value.longValue() < 1 || value.longValue() > MOST_A_MINUTE) {
            wrong(field, ErrorCode.OUT_OF_RANGE, "must be from 1 to " + MOST_A_MINUTE);
            return old;
        }
        return value.longValue();
    }

    /** USD as whole micro-USD. */
    @Nullable
    Long usd(String field, @Nullable Long old) {
        JsonNode value = json.get(field);
        if (value == null) {
            return old;
        }
        if (value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            wrong(field, ErrorCode.INVALID_TYPE, "must be a number of USD");
            return old;
        }
        BigDecimal usd = value.decimalValue();
        if (usd.compareTo(LEAST_USD) < 0 || usd.compareTo(MOST_USD) > 0) {
            wrong(field, ErrorCode.OUT_OF_RANGE, "must be from 0.000001 to " + MOST_USD + " USD");
            return old;
        }
        if (usd.stripTrailingZeros().scale() > LEAST_USD.scale()) {
            wrong(field, ErrorCode.INVALID_VALUE, "must have at most 6 decimals");
            return old;
        }
        return usd.movePointRight(LEAST_USD.scale()).longValueExact();
    }

    /** A date (the key ends with the day before it, UTC) or a time, not in the past. */
    @Nullable
    Instant later(String field, @Nullable Instant old, Instant now) {
        JsonNode value = json.get(field);
        if (value == null) {
            return old;
        }
        if (value.isNull()) {
            return null;
        }
        String text = value.textValue();
        try {
            if (text != null) {
                Instant time = text.length() == 10
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
                if (time.isAfter(now) && time.atOffset(ZoneOffset.UTC).getYear() < 10_000) {
                    return time;
                }
                wrong(field, ErrorCode.OUT_OF_RANGE, "must be in the future");
                return old;
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        wrong(field, ErrorCode.INVALID_VALUE, "must be a date (2027-01-31) or a time (2027-01-31T12:00:00Z)");
        return old;
    }

    private static boolean isClean(String text) {
        return text.chars().noneMatch(Character::isISOControl)
                && text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /** A name of the caller's own making must not make a mess of the answer. */
    private static String cleaned(String name) {
        String clean = name.replaceAll("[^A-Za-z0-9_.-]", "?");
        return clean.length() <= 64 ? clean : clean.substring(0, 64);
    }
}
