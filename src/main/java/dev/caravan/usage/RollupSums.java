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

    /** Places in {@link #NAMES}. */
    static final int PROMPT = 3;

    static final int COMPLETION = 4;
    static final int TOTAL = 5;
    static final int CACHED = 6;
    static final int WRITTEN = 7;
    static final int WRITTEN_1H = 8;
    static final int REASONING = 9;
    static final int INPUT_COST = 10;
    static final int OUTPUT_COST = 11;

    private final long[] counts = new long[NAMES.size()];

    /** @param first the column of the first counter */
    void add(ResultSet row, int first) throws SQLException {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += row.getLong(first + i);
        }
    }

    void add(RollupSums other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** Makes it what the row has. */
    void set(ResultSet row, int first) throws SQLException {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = row.getLong(first + i);
        }
    }

    /** @param counter an index in {@link #NAMES} */
    long get(int counter) {
        return counts[counter];
    }
}
