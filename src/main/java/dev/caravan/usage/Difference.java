package dev.caravan.usage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing in the ledger that is not as the rest of it says.
 *
 * @param check what was to be proved, such as {@code day_is_sum_of_rows}
 * @param table where {@code found} stands
 * @param key the row, by column
 * @param field the column
 * @param expected a number or a text; null where there should be no row
 * @param found a number or a text; null where there is no row
 */
public record Difference(
        String check,
        String table,
        Map<String, String> key,
        String field,
        @Nullable Object expected,
        @Nullable Object found) {

    public Difference {
        key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    }
}
