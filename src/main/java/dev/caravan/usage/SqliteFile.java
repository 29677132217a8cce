package dev.caravan.usage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The file behind a SQLite URL, looked at before the driver opens it. */
public final class SqliteFile {

    private static final String PREFIX = "jdbc:sqlite:";
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    /** Bytes; every SQLite database is made of pages of a multiple of it. */
    private static final long SMALLEST_PAGE = 512;

    private SqliteFile() {}

    /**
     * The file that the URL names; null where it is not SQLite's.
     *
     * @throws LedgerException where a SQLite URL names no file (a database in memory loses what it holds)
     */
    public static @Nullable Path of(String jdbcUrl) {
        if (!jdbcUrl.startsWith(PREFIX)) {
            return null;
        }
        String name = jdbcUrl.substring(PREFIX.length());
        int options = name.indexOf('?');
        name = options < 0 ? name : name.substring(0, options);
        name = name.startsWith("file:") ? name.substring("file:".length()) : name;
        if (name.isEmpty() || name.startsWith(":") || jdbcUrl.contains("mode=memory")) {
            throw new LedgerException("USAGE_DB_URL must name a file, such as jdbc:sqlite:data/usage.db", null);
        }
        return Path.of(name).toAbsolutePath().normalize();
    }

    /**
     * Makes the folder, and makes sure that a file which is there is a SQLite database, which is left as it is. A new one is
     * made so that it can give room back to the file system bit by bit; that cannot be chosen later.
     *
     * @throws LedgerException with one line that says what is wrong
     */
    public static void prepare(Path file) {
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            if (Files.exists(file)) {
                check(file);
            }
            if (!Files.exists(file) || Files.size(file) == 0) {
                make(file);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (SQLException e) {
            throw new LedgerException("The usage database " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Two gateways may come here at once: the second finds a database that is made already, and changes nothing. */
    private static void make(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("PRAGMA user_version = 0");
            statement.execute("COMMIT");
        }
    }

    /**
     * Makes sure that there is a SQLite database, without making one.
     *
     * @throws LedgerException with one line that says what is wrong
     */
    static void requireDatabase(Path file) {
        try {
            if (Files.size(file) == 0) {
                throw new LedgerException("The usage database " + file + " is empty", null);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * What tells the file apart from another one that is put in its place later. Only asks the file system: to open and close
     * a database that is in use would drop the locks that SQLite holds on it (sqlite.org/howtocorrupt.html, 2.2).
     *
     * @throws LedgerException where it is away, or has a size that no SQLite database has
     */
    public static Object identity(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (now.size() % SMALLEST_PAGE != 0) {
                throw new LedgerException("The usage database " + file + " is no SQLite database any more", null);
            }
            // A file system without keys cannot tell.
            return now.fileKey() == null ? file : now.fileKey();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void check(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new LedgerException("The usage database " + file + " is not a file", null);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(MAGIC.length);
            if (start.length > 0 && !Arrays.equals(start, MAGIC)) {
                throw new LedgerException(
                        "The usage database " + file + " is not a SQLite database; it was left as it is", null);
            }
        }
    }

    private static LedgerException unreadable(Path file, IOException e) {
        String why = e instanceof NoSuchFileException ? "there is no such file" : String.valueOf(e.getMessage());
        return new LedgerException("The usage database " + file + " cannot be opened: " + why, e);
    }
}
