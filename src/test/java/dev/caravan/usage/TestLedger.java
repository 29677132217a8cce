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

    private static final List<NamedSql> WRITE = List.of(
            NamedSql.of("upsert-daily-usage.sql"),
            NamedSql.of("upsert-monthly-usage.sql"),
            NamedSql.of("insert-session-usage.sql"));

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
        connection.setAutoCommit(false);
        try {
            List<Map<String, Object>> rows = LedgerRow.batch(journalId, records);
            int inserted = 0;
            for (NamedSql statement : WRITE) {
                inserted = statement.batch(connection, rows);
            }
            // As the route does: camel-sql tells how many rows the step before it changed.
            NamedSql.of("upsert-journal.sql")
                    .batch(
                            connection,
                            List.of(Map.of(
                                    "journal_id", journalId, "opened", rows.size(), "CamelSqlUpdateCount", inserted)));
            connection.commit();
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
