package dev.caravan.usage;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rebuild changed.
 *
 * @param rows those that the days were made from
 * @param changesTotal how many counters changed; the list ends at 1,000
 * @param leftAlone months whose rows could not be read
 */
public record RebuildReport(
        long rows,
        @JsonProperty("changes_total") long changesTotal,
        List<Change> changes,
        @JsonProperty("left_alone") List<String> leftAlone) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One counter; or, as {@code request_count}, a row that came or went.
     *
     * @param before null where there was no row
     * @param after null where there is no row any more
     */
    public record Change(
            String table,
            Map<String, String> key,
            String field,
            @Nullable Object before,
            @Nullable Object after) {}

    public RebuildReport {
        changes = List.copyOf(changes);
        leftAlone = List.copyOf(leftAlone);
    }

    static RebuildReport of(long rows, Differences differences, List<String> leftAlone) {
        List<Change> changes = differences.kept().stream()
                .map(one -> new Change(one.table(), one.key(), one.field(), one.found(), one.expected()))
                .toList();
        return new RebuildReport(rows, differences.total(), changes, leftAlone);
    }

    public ObjectNode json() {
        return JSON.valueToTree(this);
    }
}
