package dev.caravan.usage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The p95 over the ledger and its archives, exact: how many requests there are is known from the sums by day, which stay, so
 * only the slowest of each file are read, side by side, until the rank is reached. Thread-safe.
 */
final class LatencyLookup {

    private static final SqlFile TOTALS = new SqlFile("select-summary-totals.sql");
    private static final SqlFile LATE = new SqlFile("select-late-latencies.sql");

    private final ArchiveFiles files;

    LatencyLookup(ArchiveFiles files) {
        this.files = files;
    }

    /**
     * What {@code select-summary-p95.sql} gives, for the ledger and its archives together.
     *
     * @param ledger in a transaction of its own
     * @return null where no archive has rows of that time
     */
    @Nullable
    List<Map<String, Object>> ask(Connection ledger, UsageQuery query) throws SQLException {
        ArchivedMonths archived = ArchivedMonths.read(ledger);
        String from = String.valueOf(query.parameters().get("from_time"));
        String to = String.valueOf(query.parameters().get("to_time"));
        if (!archived.hold(from)) {
            return null;
        }
        Map<String, @Nullable Object> here = new HashMap<>(query.parameters());
        here.put("moved_until", archived.movedUntil());
        LedgerFields sums = LedgerFields.only(TOTALS.query(ledger, here));
        long requests = sums.number("request_count") - sums.number("lost_count");

        List<Latencies> places = new ArrayList<>();
        places.add(late(archived, LATE.query(ledger, here)));
        here.put("from_time", archived.movedUntil());
        Map<String, @Nullable Object> there = new HashMap<>(query.parameters());
        there.put("to_time", archived.hold(to) ? to : archived.movedUntil());
        Map<String, Connection> opened = new LinkedHashMap<>();
        List<LatencyCursor> cursors = new ArrayList<>();
        try {
            cursors.add(new LatencyCursor(ledger, here));
            for (String file : archived.files()
                    .subMap(ArchivedMonths.month(from), true, ArchivedMonths.month(to), true)
                    .values()) {
                Connection archive = files.take(file);
                if (archive != null) {
                    opened.put(file, archive);
                    cursors.add(new LatencyCursor(archive, there));
                }
            }
            places.addAll(cursors);
            return row(new SlowestRequests().p95(places, requests));
        } finally {
            for (LatencyCursor cursor : cursors) {
                cursor.close();
            }
            for (Map.Entry<String, Connection> file : opened.entrySet()) {
                files.giveBack(file.getKey(), file.getValue());
            }
        }
    }

    private Latencies late(ArchivedMonths archived, List<Map<String, Object>> late) throws SQLException {
        List<Long> latencies = new ArrayList<>();
        for (Map<String, Object> row : late) {
            LedgerFields fields = new LedgerFields(row);
            String file = archived.files().get(ArchivedMonths.month(fields.text("created_at")));
            Boolean there = file == null
                    ? null
                    : files.ask(file, archive -> SessionLookup.has(archive, fields.text("request_id")));
            if (there == null || !there) {
                latencies.add(fields.number("latency_ms"));
            }
        }
        latencies.sort(Comparator.reverseOrder());
        return Latencies.of(latencies);
    }

    private static List<Map<String, Object>> row(@Nullable Long latencyMs) {
        return latencyMs == null ? List.of() : List.of(Map.of("latency_ms", latencyMs));
    }
}
