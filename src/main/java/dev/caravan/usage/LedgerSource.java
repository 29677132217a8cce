package dev.caravan.usage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Connections of its own for whoever reads the whole ledger: they may take minutes, and keep nobody from writing. Makes no
 * database where there is none.
 */
public final class LedgerSource {

    private static final String BUSY_MILLIS = "5000";

    /** Kibibytes that sorting a day may take in memory. */
    private static final int CACHE_KIB = 32_768;

    private final String url;
    private final @Nullable Path file;

    /**
     * @param url the JDBC URL, of SQLite or PostgreSQL
     * @throws LedgerException where it is neither
     */
    public LedgerSource(String url) {
        this.url = url;
        this.file = SqliteFile.of(url);
        if (file == null && !url.startsWith("jdbc:postgresql:")) {
            throw new LedgerException("USAGE_DB_URL must begin with jdbc:sqlite: or jdbc:postgresql:", null);
        }
    }

    /** The SQLite file; null with PostgreSQL. */
    @Nullable
    Path file() {
        return file;
    }

    /** One moment of the ledger: a transaction that only reads. It ends when the connection is closed. */
    Connection snapshot() throws SQLException {
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            if (file != null) {
                statement.execute("PRAGMA query_only = true");
                statement.execute("BEGIN");
            } else {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                connection.setReadOnly(true);
                connection.setAutoCommit(false);
            }
            requireVersion(statement);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** A transaction that nobody else writes beside; the connection has to commit it. */
    Connection exclusive() throws SQLException {
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            if (file != null) {
                statement.execute("PRAGMA synchronous = FULL");
                statement.execute("BEGIN IMMEDIATE");
            } else {
                connection.setAutoCommit(false);
                // In the order in which a batch of usage takes them, so that nobody waits in a circle.
                statement.execute("LOCK TABLE session_usage, daily_usage, monthly_usage IN SHARE ROW EXCLUSIVE MODE");
            }
            requireVersion(statement);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    void commit(Connection connection) throws SQLException {
        if (file == null) {
            connection.commit();
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMIT");
        }
    }

    /** The first query of the transaction: from here on it sees this moment. */
    private static void requireVersion(Statement statement) throws SQLException {
        Migrations.requireNewest(statement);
    }

    Connection connect() throws SQLException {
        Properties options = new Properties();
        if (file == null) {
            options.setProperty("ApplicationName", "caravan-audit");
            options.setProperty("connectTimeout", "5");
            options.setProperty("tcpKeepAlive", "true");
            return DriverManager.getConnection(url, options);
        }
        SqliteFile.requireDatabase(file);
        options.setProperty("busy_timeout", BUSY_MILLIS);
        options.setProperty("cache_size", Integer.toString(-CACHE_KIB));
        return DriverManager.getConnection(url, options);
    }
}
