package dev.caravan.usage;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Brings a ledger to the newest version, by the numbered SQL files under {@code db/migration/<kind of database>}. Each file
 * is one transaction together with its line in {@code schema_version}; several gateways may start at once.
 *
 * <p>In a file a statement ends with a semicolon at the end of a line that is followed by an empty line or by the file's
 * end, so that a trigger may hold semicolons. Comments begin with {@code --} and fill a line.
 */
public final class Migrations {

    /** All files, by version, beginning with 1. A file that was released is never changed: add another one. */
    private static final List<String> FILES =
            List.of("V1__ledger.sql", "V2__proof.sql", "V3__growth.sql", "V4__keys.sql");

    private static final String VERSION_TABLE = """
            CREATE TABLE IF NOT EXISTS schema_version (
                version     INTEGER NOT NULL PRIMARY KEY,
                file        TEXT NOT NULL,
                checksum    TEXT NOT NULL,
                applied_at  TEXT NOT NULL
            )""";

    /** Any number that only this program uses: PostgreSQL's name for "one migration at a time". */
    private static final long POSTGRESQL_LOCK = 7_295_881_406L;

    private final String database;
    private final List<String> files;

    /** @param database how messages name it: a file, or host and name; without user and password */
    public Migrations(String database) {
        this(database, FILES);
    }

    Migrations(String database, List<String> files) {
        this.database = database;
        this.files = files;
    }

    /**
     * Makes or migrates the tables and proves that the ledger can be written.
     *
     * @param connection in auto-commit mode, and so it is afterwards
     * @return the version that the ledger has now
     * @throws LedgerException with one line that says what is wrong; a migration that failed left nothing behind
     */
    public int migrate(Connection connection) {
        try {
            String kind = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
            boolean sqlite = kind.equals("sqlite");
            if (!sqlite && !kind.equals("postgresql")) {
                throw new LedgerException("The usage database must be SQLite or PostgreSQL, not " + kind, null);
            }
            try (Statement statement = connection.createStatement()) {
                // SQLite: take the writer's place at once, so that a second gateway waits instead of failing halfway.
                statement.execute(sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
                try {
                    if (!sqlite) {
                        statement.execute("SELECT pg_advisory_xact_lock(" + POSTGRESQL_LOCK + ")");
                    }
                    statement.execute(VERSION_TABLE);
                    apply(connection, statement, kind);
                    proveWrite(statement);
                    statement.execute("COMMIT");
                } catch (SQLException | LedgerException e) {
                    statement.execute("ROLLBACK");
                    throw e;
                }
            }
            return files.size();
        } catch (SQLException e) {
            throw new LedgerException(
                    "The usage database " + database + " cannot be opened and written: " + firstLine(e), e);
        }
    }

    /**
     * For those who only read: makes sure that the ledger has all that this program knows.
     *
     * @throws LedgerException where a gateway of this version never opened it
     */
    static void requireNewest(Statement statement) throws SQLException {
        int newest = applied(statement).keySet().stream().max(Integer::compare).orElse(0);
        if (newest != FILES.size()) {
            throw new LedgerException(
                    "The usage database has version " + newest + ", this program needs " + FILES.size()
                            + (newest < FILES.size() ? ": start this gateway on it once" : ": use a newer program"),
                    null);
        }
    }

    private void apply(Connection connection, Statement statement, String kind) throws SQLException {
        Map<Integer, String> applied = applied(statement);
        int newest = applied.keySet().stream().max(Integer::compare).orElse(0);
        if (newest > files.size()) {
            throw new LedgerException(
                    "The usage database " + database + " has version " + newest + ", this program knows only "
                            + files.size() + ": use a newer program",
                    null);
        }
        for (int version = 1; version <= files.size(); version++) {
            String file = files.get(version - 1);
            String sql = read("db/migration/" + kind + "/" + file);
            String checksum = checksum(sql);
            String before = applied.get(version);
            if (before == null) {
                for (String part : statements(sql)) {
                    statement.execute(part);
                }
                note(connection, version, file, checksum);
            } else if (!before.equals(checksum)) {
                throw new LedgerException(
                        "The usage database " + database + " was made by another " + file + " (checksum " + before
                                + ", this program has " + checksum + ")",
                        null);
            }
        }
    }

    private static Map<Integer, String> applied(Statement statement) throws SQLException {
        Map<Integer, String> applied = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT version, checksum FROM schema_version")) {
            while (rows.next()) {
                applied.put(rows.getInt(1), rows.getString(2));
            }
        }
        return applied;
    }

    private static void note(Connection connection, int version, String file, String checksum) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO schema_version (version, file, checksum, applied_at) VALUES (?, ?, ?, ?)")) {
            insert.setInt(1, version);
            insert.setString(2, file);
            insert.setString(3, checksum);
            insert.setString(4, Instant.now().toString());
            insert.executeUpdate();
        }
    }

    private static void proveWrite(Statement statement) throws SQLException {
        statement.executeUpdate("UPDATE schema_version SET version = version WHERE version = 1");
    }

    /** The statements of a file, in order, without the comments between them. */
    static List<String> statements(String sql) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : (sql + "\n\n").lines().toList()) {
            boolean comment = line.stripLeading().startsWith("--");
            if (line.isBlank() && statement.toString().stripTrailing().endsWith(";")) {
                statements.add(statement.toString().strip());
                statement.setLength(0);
            } else if (!comment) {
                statement.append(line).append('\n');
            }
        }
        if (!statement.toString().isBlank()) {
            throw new IllegalArgumentException("a migration ends without a semicolon");
        }
        return statements;
    }

    private static String read(String resource) {
        return ProgramFile.read(resource).replace("\r\n", "\n");
    }

    private static String checksum(String sql) {
        CRC32 crc = new CRC32();
        crc.update(sql.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static String firstLine(SQLException e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
