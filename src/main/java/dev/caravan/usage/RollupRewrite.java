package dev.caravan.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Rows of a rollup that are to be replaced, in a temporary table: however many they are, they need no memory. */
final class RollupRewrite implements AutoCloseable {

    private static final int BATCH = 1_000;

    private final Connection ledger;
    private final PreparedStatement add;
    private int waiting;

    /** @param ledger in the transaction that replaces them */
    RollupRewrite(Connection ledger) throws SQLException {
        this.ledger = ledger;
        try (Statement statement = ledger.createStatement()) {
            // Made of the table itself, so that the texts compare in the same way.
            statement.execute("CREATE TEMPORARY TABLE rebuilt AS SELECT date AS period, user_id, model_id, provider, "
                    + RollupSums.COLUMNS + " FROM daily_usage WHERE 1 = 0");
        }
        add = ledger.prepareStatement(
                "INSERT INTO rebuilt VALUES (?, ?, ?, ?" + ", ?".repeat(RollupSums.NAMES.size()) + ")");
    }

    /**
     * @param right null where the row has to go
     * @param found null where there is none; not both are null
     */
    void add(String period, @Nullable UsageGroup right, @Nullable UsageGroup found) throws SQLException {
        UsageGroup any = found == null ? right : found;
        if (any == null) {
            return;
        }
        add.setString(1, period);
        add.setString(2, any.userId());
        add.setString(3, any.modelId());
        add.setString(4, any.provider());
        for (int i = 0; i < RollupSums.NAMES.size(); i++) {
            // No count at all marks a row that only has to go.
            add.setObject(5 + i, right == null ? null : (Long) right.sums().get(i), java.sql.Types.BIGINT);
        }
        add.addBatch();
        waiting++;
        if (waiting >= BATCH) {
            write();
        }
    }

    private void write() throws SQLException {
        if (waiting > 0) {
            add.executeBatch();
            waiting = 0;
        }
    }

    /** Replaces them, and forgets them. */
    void apply(String table, String period) throws SQLException {
        write();
        try (Statement statement = ledger.createStatement()) {
            statement.executeUpdate("DELETE FROM " + table + " WHERE (" + period
                    + ", user_id, model_id) IN (SELECT period, user_id, model_id FROM rebuilt)");
            statement.executeUpdate("INSERT INTO " + table + " (" + period + ", user_id, model_id, provider, "
                    + RollupSums.COLUMNS + ") SELECT period, user_id, model_id, provider, " + RollupSums.COLUMNS
                    + " FROM rebuilt WHERE request_count IS NOT NULL");
            statement.executeUpdate("DELETE FROM rebuilt");
        }
    }

    @Override
    public void close() throws SQLException {
        add.close();
    }
}
