package dev.caravan.usage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that hold the rows of old months. A transaction of the ledger does not cover them; but an archive only grows, so
 * that one which has as many rows after it was read as before the ledger's moment was the same at that moment.
 */
final class ArchiveReader {

    /** Where the file cannot be asked. */
    private static final long UNKNOWN = -1;

    private final Path folder;
    private final SortedMap<String, Long> lastRows = new TreeMap<>();

    /** @param ledger the ledger's file, which the archives stand beside */
    ArchiveReader(Path ledger) {
        this.folder = ledger.resolveSibling("");
    }

    /** Notes how far each archive is, before the ledger's moment. */
    void note(Connection ledger) throws SQLException {
        for (SortedMap.Entry<String, String> archive : months(ledger).entrySet()) {
            lastRows.put(archive.getKey(), lastRow(archive.getValue()));
        }
    }

    /** The name of each archived month's file, by month. */
    static SortedMap<String, String> months(Connection ledger) throws SQLException {
        SortedMap<String, String> months = new TreeMap<>();
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery("SELECT month, file FROM archive")) {
            while (row.next()) {
                months.put(row.getString(1), row.getString(2));
            }
        }
        return Collections.unmodifiableSortedMap(months);
    }

    /** Null where the file is not there. */
    @Nullable
    Connection open(String file) throws SQLException {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            return null;
        }
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path.toUri() + "?mode=rw");
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute("PRAGMA query_only = true");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** @throws ArchivesChanged where the archive has more than before the ledger's moment */
    void requireUnchanged(String month, String file) throws ArchivesChanged {
        Long before = lastRows.get(month);
        if (before == null || before != lastRow(file)) {
            throw new ArchivesChanged(month);
        }
    }

    /** Whether it is a ledger's file, as far as one look can tell. */
    boolean isReadable(String file) {
        return lastRow(file) != UNKNOWN;
    }

    private long lastRow(String file) {
        try (Connection archive = open(file)) {
            if (archive == null) {
                return UNKNOWN;
            }
            try (Statement statement = archive.createStatement();
                    ResultSet row = statement.executeQuery("SELECT MAX(rowid) FROM session_usage")) {
                return row.next() ? row.getLong(1) : 0;
            }
        } catch (SQLException e) {
            // Whoever reads the rows finds out what is wrong with it.
            return UNKNOWN;
        }
    }
}
