package dev.caravan.app;

import com.zaxxer.hikari.HikariConfig;
import dev.caravan.usage.LedgerException;
import dev.caravan.usage.Migrations;
import dev.caravan.usage.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger's database, SQLite or PostgreSQL: checked, migrated and proved writable at start; one connection that writes, a
 * few that read.
 */
final class LedgerDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerDatabase.class);

    /** How long a statement waits for another process's lock. */
    private static final Duration BUSY = Duration.ofSeconds(5);

    /** How long PostgreSQL may leave a statement unanswered before its connection counts as dead. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final int READERS = 4;
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final String url;
    private final String shownUrl;
    private final @Nullable Path file;
    private final LedgerPool writer;
    private final LedgerPool reader;
    private final LedgerPool counters;
    private @Nullable Object identity;

    /**
     * @param url the JDBC URL, from our own configuration only
     * @throws LedgerException with one line that says what is wrong
     */
    LedgerDatabase(String url) {
        this.url = url;
        file = SqliteFile.of(url);
        if (file != null) {
            SqliteFile.prepare(file);
        } else if (!url.startsWith("jdbc:postgresql:")) {
            throw new StartFailure("USAGE_DB_URL must begin with jdbc:sqlite: or jdbc:postgresql:, was " + shown(url));
        }
        shownUrl = file == null ? shown(url) : "jdbc:sqlite:" + file;
        LedgerPool opened = null;
        try {
            opened = new LedgerPool(() -> pool("ledger-writer", 1));
            migrate(opened);
            identity = file == null ? null : SqliteFile.identity(file);
            writer = opened;
            reader = new LedgerPool(() -> pool("ledger-reader", READERS));
            counters = new LedgerPool(this::counterPool);
        } catch (SQLException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            if (e instanceof LedgerException known) {
                throw known;
            }
            throw new LedgerException("The usage database " + shownUrl + " cannot be opened: " + firstLine(e), e);
        }
    }

    /** An address without user, password and options. */
    private static String shown(String url) {
        return url.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//");
    }

    private void migrate(LedgerPool pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            new Migrations(file == null ? shownUrl : file.toString()).migrate(connection);
        }
    }

    private HikariConfig pool(String name, int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(connections == 1 ? 1 : 0);
        config.setConnectionTimeout(CONNECT.toMillis());
        if (file != null) {
            config.addDataSourceProperty("journal_mode", "WAL");
            // A journal file is deleted when its records are in the database: then they must be on the disk itself.
            config.addDataSourceProperty("synchronous", "FULL");
            config.addDataSourceProperty("busy_timeout", Long.toString(BUSY.toMillis()));
            // A transaction takes the writer's place when it begins, and cannot fail halfway because another one wrote.
            config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        } else {
            // What the URL says of the same wins.
            config.addDataSourceProperty("ApplicationName", "caravan");
            config.addDataSourceProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
            config.addDataSourceProperty("socketTimeout", Long.toString(SILENCE.toSeconds()));
            config.addDataSourceProperty("tcpKeepAlive", "true");
        }
        return config;
    }

    /**
     * One connection for what keys have reserved and used. Without a sync of its own at each commit: the ledger's own, a
     * moment later, takes the counters along.
     */
    private HikariConfig counterPool() {
        HikariConfig config = pool("key-counters", 1);
        if (file != null) {
            config.addDataSourceProperty("synchronous", "NORMAL");
        }
        return config;
    }

    LedgerPool counters() {
        return counters;
    }

    LedgerPool writer() {
        return writer;
    }

    LedgerPool reader() {
        return reader;
    }

    /** For people: without user, password and options. */
    String shownUrl() {
        return shownUrl;
    }

    /** The SQLite file; null with PostgreSQL. */
    @Nullable
    Path file() {
        return file;
    }

    /**
     * Makes sure that the SQLite file is still the one that is open: SQLite itself would go on writing into a file that was
     * moved away. Another file in its place is opened if it is a database, and left alone otherwise.
     *
     * @throws LedgerException where there is no database in its place now
     */
    synchronized void checkFile() {
        if (file == null) {
            return;
        }
        Object now = SqliteFile.identity(file);
        if (now.equals(identity)) {
            return;
        }
        SqliteFile.prepare(file);
        try {
            // What is still in the old file's log would be taken for the new file's.
            try (Connection connection = writer.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            reader.reopen();
            counters.reopen();
            writer.reopen();
            migrate(writer);
        } catch (SQLException | RuntimeException e) {
            throw new LedgerException(
                    "The usage database " + file + " was replaced and cannot be opened: " + firstLine(e), e);
        }
        identity = now;
        LOG.warn("the usage database {} was replaced by another one, which is in use from now on", file);
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
        counters.close();
    }

    private static String firstLine(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }
}
