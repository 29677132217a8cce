package dev.caravan.usage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From the rows of a batch to what its days and months grow by: the named parameters of {@code upsert-daily-usage.sql} and
 * {@code upsert-monthly-usage.sql}, one map a day, user and model. Pure.
 */
public final class Rollups {

    /** Summed over the rows as they are. */
    private static final List<String> SUMS = List.of(
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            "cached_tokens",
            "cache_write_tokens",
            "cache_write_1h_tokens",
            "reasoning_tokens",
            "input_cost_micros",
            "output_cost_micros");

    private record Key(
            @Nullable Object date,
            @Nullable Object user,
            @Nullable Object model) {}

    private Rollups() {}

    /**
     * @param rows of {@link LedgerRow#batch}, each of them new in the ledger
     * @return in the rows' order, which is by key
     */
    public static List<Map<String, @Nullable Object>> of(List<Map<String, @Nullable Object>> rows) {
        Map<Key, Map<String, @Nullable Object>> sums = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> row : rows) {
            Key key = new Key(row.get("date"), row.get("user_id"), row.get("model_id"));
            add(sums.computeIfAbsent(key, first -> begin(row)), row);
        }
        return List.copyOf(sums.values());
    }

    private static Map<String, @Nullable Object> begin(Map<String, @Nullable Object> row) {
        Map<String, @Nullable Object> sum = new LinkedHashMap<>();
        for (String column : List.of("date", "month", "user_id", "model_id")) {
            sum.put(column, row.get(column));
        }
        return sum;
    }

    private static void add(Map<String, @Nullable Object> sum, Map<String, @Nullable Object> row) {
        boolean lost = RequestStatus.LOST.wireName().equals(row.get("status"));
        sum.put("provider", row.get("provider"));
        grow(sum, "request_count", 1);
        grow(sum, "ok_count", RequestStatus.OK.wireName().equals(row.get("status")) ? 1 : 0);
        grow(sum, "lost_count", lost ? 1 : 0);
        for (String column : SUMS) {
            grow(sum, column, number(row.get(column)));
        }
        // How long a lost request took is not known.
        grow(sum, "latency_ms_sum", lost ? 0 : number(row.get("latency_ms")));
    }

    private static void grow(Map<String, @Nullable Object> sum, String column, long by) {
        sum.put(column, Math.addExact(number(sum.get(column)), by));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
