package dev.caravan.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One session over the ledger and its archives. The ledger is read first, at one moment: a row that leaves it later is in its
 * file already, and counts there only if it had left at that moment. Thread-safe.
 */
final class SessionLookup {

    private static final SqlFile TOTALS = new SqlFile("select-session-totals.sql");
    private static final SqlFile PAGE = new SqlFile("select-session-requests.sql");
    private static final SqlFile LATE = new SqlFile("select-late-requests.sql");

    private static final Comparator<Map<String, Object>> NEWEST_FIRST = Comparator.comparing(
                    (Map<String, Object> row) -> new LedgerFields(row).text("created_at"))
            .thenComparing(row -> new LedgerFields(row).text("request_id"))
            .reversed();

    private final ArchiveFiles files;

    SessionLookup(ArchiveFiles files) {
        this.files = files;
    }

    /**
     * What the two SQL files of a session give for the ledger and its archives together.
     *
     * @param ledger in a transaction of its own
     * @return null where nothing was ever archived
     */
    @Nullable
    SessionRows ask(Connection ledger, UsageQuery query) throws SQLException {
        ArchivedMonths archived = ArchivedMonths.read(ledger);
        if (archived.files().isEmpty()) {
            return null;
        }
        Map<String, @Nullable Object> here = new HashMap<>(query.parameters());
        here.put("moved_until", archived.movedUntil());
        Sums sums = new Sums();
        sums.add(TOTALS.query(ledger, here), 1);
        List<Map<String, Object>> page = new ArrayList<>(PAGE.query(ledger, here));
        List<Map<String, Object>> late = LATE.query(ledger, here);

        Map<String, @Nullable Object> there = new HashMap<>(query.parameters());
        there.put("to_time", archived.movedUntil());
        String before = String.valueOf(there.get("before_created_at"));
        if (archived.hold(before)) {
            there.put("before_created_at", before);
        } else {
            there.put("before_created_at", archived.movedUntil());
            there.put("before_request_id", "");
        }
        for (Map.Entry<String, String> month : archived.files().descendingMap().entrySet()) {
            boolean pageIsFull = newerThan(page, month.getKey()) > query.limit();
            files.ask(month.getValue(), archive -> {
                sums.add(TOTALS.query(archive, there), 1);
                sums.add(inBoth(archive, month.getKey(), late), -1);
                if (!pageIsFull) {
                    page.addAll(PAGE.query(archive, there));
                }
                return true;
            });
        }
        return new SessionRows(List.of(sums.row()), firstOf(page, query.limit() + 1));
    }

    /** Rows that no older file can come before. */
    private static long newerThan(List<Map<String, Object>> rows, String month) {
        Set<Object> ids = new HashSet<>();
        for (Map<String, Object> row : rows) {
            String rowMonth = ArchivedMonths.month(new LedgerFields(row).text("created_at"));
            if (rowMonth.compareTo(month) > 0) {
                ids.add(new LedgerFields(row).text("request_id"));
            }
        }
        return ids.size();
    }

    private static List<Map<String, Object>> firstOf(List<Map<String, Object>> rows, int most) {
        Set<String> ids = new HashSet<>();
        return rows.stream()
                .filter(row -> ids.add(new LedgerFields(row).text("request_id")))
                .sorted(NEWEST_FIRST)
                .limit(most)
                .toList();
    }

    /** The late rows that have arrived in that month's file, and have not left the ledger yet. */
    private static List<Map<String, Object>> inBoth(Connection archive, String month, List<Map<String, Object>> late)
            throws SQLException {
        List<Map<String, Object>> both = new ArrayList<>();
        for (Map<String, Object> row : late) {
            LedgerFields fields = new LedgerFields(row);
            if (ArchivedMonths.month(fields.text("created_at")).equals(month)
                    && has(archive, fields.text("request_id"))) {
                both.add(row);
            }
        }
        return both;
    }

    static boolean has(Connection archive, String requestId) throws SQLException {
        try (PreparedStatement statement =
                archive.prepareStatement("SELECT 1 FROM session_usage WHERE request_id = ?")) {
            statement.setString(1, requestId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }
}
