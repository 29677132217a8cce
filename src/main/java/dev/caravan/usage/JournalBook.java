package dev.caravan.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;

/** The end of a journal as the ledger's table {@code journal} tells it; the rest of that table moves with the rows. */
public final class JournalBook {

    /** Whoever is in the table opened at least what it settled: older segments, and their count, are gone. */
    private static final String END = """
            UPDATE journal SET
                opened = CASE WHEN CAST(? AS BIGINT) > opened THEN CAST(? AS BIGINT)
                    WHEN settled > opened THEN settled ELSE opened END,
                ended_at = ?
            WHERE journal_id = ?""";

    private final DataSource ledger;

    public JournalBook(DataSource ledger) {
        this.ledger = ledger;
    }

    /**
     * Nothing of that journal is in flight or waits any more. A journal without a row in the ledger has no line either.
     *
     * @param opened how many requests it opened, as far as is known; 0: what the ledger knows
     * @throws SQLException where the ledger takes no writes
     */
    public void ended(String journalId, long opened, Instant at) throws SQLException {
        try (Connection connection = ledger.getConnection();
                PreparedStatement update = connection.prepareStatement(END)) {
            update.setLong(1, opened);
            update.setLong(2, opened);
            update.setString(3, at.toString());
            update.setString(4, journalId);
            update.executeUpdate();
        }
    }
}
