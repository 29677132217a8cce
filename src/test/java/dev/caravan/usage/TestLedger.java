package dev.caravan.usage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** A real ledger in a real SQLite file, written by the program's own three statements. */
final class TestLedger implements AutoCloseable {

    private static final List<NamedSql> WRITE = List.of(
            NamedSql.of("upsert-daily-usage.sql"),
            NamedSql.of("upsert-monthly-usage.sql"),
            NamedSql.of("insert-session-usage.sql"));

    private final Connection connection;

    TestLedger(Path file) throws SQLException {
        SqliteFile.prepare(file);
        connection = DriverManager.getConnection(
                "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=5000");
        new Migrations(file.toString()).migrate(connection);
    }

    Connection connection() {
        return connection;
    }

    void write(List<UsageRecord> records) throws SQLException {
        connection.setAutoCommit(false);
        try {
            List<Map<String, Object>> rows = LedgerRow.batch(records);
            for (NamedSql statement : WRITE) {
                statement.batch(connection, rows);
            }
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
