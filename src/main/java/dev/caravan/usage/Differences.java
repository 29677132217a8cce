package dev.caravan.usage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The differences that were found: all are counted, the first are kept. */
final class Differences {

    static final int KEPT = 1_000;

    private final List<Difference> kept = new ArrayList<>();
    private long total;

    void add(
            String check,
            String table,
            Map<String, String> key,
            String field,
            @Nullable Object expected,
            @Nullable Object found) {
        total++;
        if (kept.size() < KEPT) {
            kept.add(new Difference(check, table, key, field, expected, found));
        }
    }

    /**
     * Adds each counter that differs; where one of the two is missing, that alone.
     *
     * @param period the key's first column
     */
    void addRollup(
            String check,
            String table,
            String period,
            String name,
            @Nullable UsageGroup expected,
            @Nullable UsageGroup found) {
        for (int i = 0; i < RollupSums.NAMES.size(); i++) {
            Long right = expected == null ? null : (Long) expected.sums().get(i);
            Long there = found == null ? null : (Long) found.sums().get(i);
            if (right != null && right.equals(there)) {
                continue;
            }
            UsageGroup any = expected == null ? found : expected;
            if (any == null) {
                return;
            }
            Map<String, String> key = new LinkedHashMap<>();
            key.put(period, name);
            key.put("user_id", any.userId());
            key.put("model_id", any.modelId());
            add(check, table, key, RollupSums.NAMES.get(i), right, there);
            if (right == null || there == null) {
                return;
            }
        }
    }

    long total() {
        return total;
    }

    List<Difference> kept() {
        return List.copyOf(kept);
    }
}
