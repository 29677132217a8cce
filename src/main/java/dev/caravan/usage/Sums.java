package dev.caravan.usage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up rows of sums from several files, column by column. Exact: an overflow is an error. */
final class Sums {

    private static final List<String> COLUMNS = List.of(
            "request_count",
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            "input_cost_micros",
            "output_cost_micros");

    private final Map<String, Long> sums = new LinkedHashMap<>();

    Sums() {
        COLUMNS.forEach(column -> sums.put(column, 0L));
    }

    /** @param sign 1 to add, -1 to take away */
    void add(List<Map<String, Object>> rows, int sign) {
        for (Map<String, Object> row : rows) {
            LedgerFields fields = new LedgerFields(row);
            sums.replaceAll((column, sum) -> Math.addExact(sum, sign * fields.number(column)));
        }
    }

    Map<String, Object> row() {
        return new LinkedHashMap<>(sums);
    }
}
