package dev.caravan.usage;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** One row that came out of the ledger. Databases differ in the number types that they give, not in the numbers. */
record LedgerFields(Map<String, Object> row) {

    static LedgerFields only(List<Map<String, Object>> rows) {
        if (rows.size() != 1) {
            throw new IllegalArgumentException("one row expected, " + rows.size() + " came");
        }
        return new LedgerFields(rows.get(0));
    }

    /** The rows without the one too many that only tells whether there are more. */
    static List<LedgerFields> page(List<Map<String, Object>> rows, int limit) {
        return rows.stream().limit(limit).map(LedgerFields::new).toList();
    }

    long number(String column) {
        Object value = field(column);
        if (value instanceof BigDecimal decimal) {
            return decimal.longValueExact();
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalArgumentException(column + " is not a number");
    }

    String text(String column) {
        return field(column).toString();
    }

    long totalMicros() {
        return Math.addExact(number("input_cost_micros"), number("output_cost_micros"));
    }

    private Object field(String column) {
        Object value = row.get(column);
        if (value == null) {
            throw new IllegalArgumentException(column + " is missing");
        }
        return value;
    }
}
