package dev.caravan.usage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Proves that each request that was opened has its row or is in flight, journal by journal. The rows that are older than
 * journals are taken as they are: opened and settled.
 */
final class JournalProof {

    private static final String CHECK = "opened_is_settled_and_in_flight";
    private static final String TABLE = "journal";

    /** What the ledger says of one journal. */
    private record Entry(long opened, long settled, boolean ended, long[] rows) {}

    private final Differences differences;
    private final Map<String, Entry> journals = new TreeMap<>();
    private final Map<String, long[]> rows = new HashMap<>();
    private final Set<String> unknown = new TreeSet<>();
    private long unnamed;
    private long all;
    private boolean complete = true;
    private long opened;
    private long settled;

    /** @param ledger in the audit's transaction */
    JournalProof(Connection ledger, Differences differences) throws SQLException {
        this.differences = differences;
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery("SELECT journal_id, opened, settled, ended_at FROM journal")) {
            while (row.next()) {
                long[] counter = new long[1];
                journals.put(
                        row.getString(1), new Entry(row.getLong(2), row.getLong(3), row.getString(4) != null, counter));
                rows.put(row.getString(1), counter);
            }
        }
    }

    /** @param journalId null in rows that are older than journals */
    void count(@Nullable String journalId) {
        all++;
        long[] counter = journalId == null ? null : rows.get(journalId);
        if (counter != null) {
            counter[0]++;
        } else {
            unnamed++;
            if (journalId != null && unknown.size() < Differences.KEPT && unknown.add(journalId)) {
                differences.add(
                        "journal_is_known", TABLE, Map.of("journal_id", journalId), "journal_id", journalId, null);
            }
        }
    }

    /** Not all rows can be read, so they prove nothing about journals. */
    void incomplete() {
        complete = false;
    }

    /** @param own what this process knows of its own journal; null where it has none */
    void prove(@Nullable OwnJournal own) {
        opened = unnamed;
        settled = unnamed;
        journals.forEach((id, entry) -> {
            if (own == null || !own.id().equals(id)) {
                prove(id, entry);
            }
        });
        if (own != null) {
            prove(own, journals.getOrDefault(own.id(), new Entry(0, 0, false, new long[1])));
        }
    }

    private void prove(String id, Entry entry) {
        long settledRows = settledRows(id, entry);
        opened += entry.opened();
        settled += settledRows;
        if (entry.ended() ? entry.opened() != settledRows : entry.opened() < settledRows) {
            differ(id, "opened", settledRows, entry.opened());
        }
    }

    private void prove(OwnJournal own, Entry entry) {
        long settledRows = settledRows(own.id(), entry);
        opened += own.opened();
        settled += settledRows;
        if (settledRows < own.settledAtLeast()) {
            differ(own.id(), "settled", own.settledAtLeast(), settledRows);
        } else if (settledRows > own.settledAtMost()) {
            differ(own.id(), "settled", own.settledAtMost(), settledRows);
        }
        if (entry.opened() > own.opened()) {
            differ(own.id(), "opened", own.opened(), entry.opened());
        }
    }

    private long settledRows(String id, Entry entry) {
        if (!complete) {
            return entry.settled();
        }
        long counted = entry.rows()[0];
        if (counted != entry.settled()) {
            differences.add(
                    "journal_is_sum_of_rows", TABLE, Map.of("journal_id", id), "settled", counted, entry.settled());
        }
        return counted;
    }

    private void differ(String id, String field, long expected, long found) {
        differences.add(CHECK, TABLE, Map.of("journal_id", id), field, expected, found);
    }

    long rows() {
        return all;
    }

    long opened() {
        return opened;
    }

    long settled() {
        return settled;
    }
}
