package dev.caravan.app;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.usage.LedgerException;
import dev.caravan.usage.Migrations;
import dev.caravan.usage.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

/** The ledger's database: checked, migrated and proved writable at start; one connection that writes, a few that read. */
final class LedgerDatabase implements AutoCloseable {

    /** How long a statement waits for another process's lock. */
    private static final int BUSY_MILLIS = 5_000;

    private static final int READERS = 4;
    private static final long CONNECT_MILLIS = 5_000;

    private final String shownUrl;
    private final Path file;
    private final HikariDataSource writer;
    private final HikariDataSource reader;

    /**
     * @param url the JDBC URL, from our own configuration only
     * @throws LedgerException with one line that says what is wrong
     */
    LedgerDatabase(String url) {
        Path named = SqliteFile.of(url);
        if (named == null) {
            throw new StartFailure("USAGE_DB_URL must begin with jdbc:sqlite:, was " + shown(url));
        }
        SqliteFile.prepare(named);
        file = named;
        shownUrl = "jdbc:sqlite:" + file;
        HikariDataSource opened = null;
        try {
            opened = pool("ledger-writer", url, 1);
            try (Connection connection = opened.getConnection()) {
                new Migrations(file.toString()).migrate(connection);
            }
        } catch (SQLException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            if (e instanceof LedgerException known) {
                throw known;
            }
            throw new LedgerException("The usage database " + shownUrl + " cannot be opened: " + firstLine(e), e);
        }
        writer = opened;
        reader = pool("ledger-reader", url, READERS);
    }

    /** An address without user, password and options. */
    private static String shown(String url) {
        return url.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//");
    }

    private static HikariDataSource pool(String name, String url, int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(connections == 1 ? 1 : 0);
        config.setConnectionTimeout(CONNECT_MILLIS);
        if (url.startsWith("jdbc:sqlite:")) {
            config.addDataSourceProperty("journal_mode", "WAL");
            // A journal file is deleted when its records are in the database: then they must be on the disk itself.
            config.addDataSourceProperty("synchronous", "FULL");
            config.addDataSourceProperty("busy_timeout", Integer.toString(BUSY_MILLIS));
            // A transaction takes the writer's place when it begins, and cannot fail halfway because another one wrote.
            config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        }
        return new HikariDataSource(config);
    }

    HikariDataSource writer() {
        return writer;
    }

    HikariDataSource reader() {
        return reader;
    }

    /** For people: without user, password and options. */
    String shownUrl() {
        return shownUrl;
    }

    /** The folder of the SQLite file. */
    Path folder() {
        return Objects.requireNonNull(file.getParent(), "an absolute path of a file has a folder");
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
    }

    private static String firstLine(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }
}
