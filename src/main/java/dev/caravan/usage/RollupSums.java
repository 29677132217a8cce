package dev.caravan.usage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What a day or a month counts, all counters of its row. A sum that would not fit goes round, as that of a tampered counter
 * may: it is compared, never billed.
 */
final class RollupSums {

    /** The columns, in the order in which {@link #add(ResultSet, int)} finds them. */
    static final List<String> NAMES = List.of(
            "request_count",
            "ok_count",
            "lost_count",
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            "cached_tokens",
            "cache_write_tokens",
            "cache_write_1h_tokens",
            "reasoning_tokens",
            "input_cost_micros",
            "output_cost_micros",
            "latency_ms_sum");

    /** The columns as a list for a SELECT. */
    static final String COLUMNS = String.join(", ", NAMES);

    private final long[] counts = new long[NAMES.size()];

    /** @param first the column of the first counter */
    void add(ResultSet row, int first) throws SQLException {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += row.getLong(first + i);
        }
    }

    /** @param counter an index in {@link #NAMES} */
    long get(int counter) {
        return counts[counter];
    }
}
