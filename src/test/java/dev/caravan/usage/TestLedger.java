package dev.caravan.usage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** A real ledger in a real SQLite file, written by the program's own statements. */
final class TestLedger implements AutoCloseable {

    private static final List<NamedSql> ROLLUPS =
            List.of(NamedSql.of("upsert-daily-usage.sql"), NamedSql.of("upsert-monthly-usage.sql"));

    private final Connection connection;

    TestLedger(Path file) throws SQLException {
        SqliteFile.prepare(file);
        connection = DriverManager.getConnection("jdbc:sqlite:" + file
                + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=5000&transaction_mode=IMMEDIATE");
        new Migrations(file.toString()).migrate(connection);
    }

    Connection connection() {
        return connection;
    }

    void write(List<UsageRecord> records) throws SQLException {
        write("journal-of-a-test", records);
    }

    void write(String journalId, List<UsageRecord> records) throws SQLException {
        List<Map<String, Object>> rows = LedgerRow.batch(journalId, records);
        // As the route does: a batch that holds a known row is written again, one by one.
        if (!writeAll(journalId, rows)) {
            for (Map<String, Object> row : rows) {
                writeAll(journalId, List.of(row));
            }
        }
    }

    private boolean writeAll(String journalId, List<Map<String, Object>> rows) throws SQLException {
        connection.setAutoCommit(false);
        try {
            int fresh = NamedSql.of("insert-session-usage.sql").batch(connection, rows);
            if (fresh != rows.size() && rows.size() > 1) {
                connection.rollback();
                return false;
            }
            List<Map<String, Object>> sums = fresh == 0 ? List.of() : Rollups.of(rows);
            for (NamedSql rollup : ROLLUPS) {
                rollup.batch(connection, sums);
            }
            NamedSql.of("upsert-journal.sql")
                    .batch(
                            connection,
                            List.of(Map.of("journal_id", journalId, "opened", rows.size(), "settled", fresh)));
            connection.commit();
            return true;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    List<Map<String, Object>> query(String file, Map<String, Object> parameters) throws SQLException {
        return NamedSql.of(file).query(connection, parameters);
    }

    long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
