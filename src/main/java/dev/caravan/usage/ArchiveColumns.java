package dev.caravan.usage;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns of {@code session_usage} as the ledger has them now, and an archive's table made or brought up to them: no
 * column that a later version adds can be forgotten here.
 */
final class ArchiveColumns {

    /** By name, how {@code ALTER TABLE} would add it. Without generated columns, which come with the table's own words. */
    private final Map<String, String> columns;

    private final List<String> definitions;

    ArchiveColumns(Connection ledger) throws SQLException {
        columns = columns(ledger);
        definitions = new ArrayList<>();
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery("SELECT sql FROM main.sqlite_schema"
                        + " WHERE tbl_name = 'session_usage' AND type IN ('table', 'index') AND sql IS NOT NULL"
                        + " ORDER BY type = 'index'")) {
            while (row.next()) {
                definitions.add(row.getString(1));
            }
        }
    }

    /** The columns' names, with commas between. */
    String names() {
        return String.join(", ", columns.keySet());
    }

    /** A condition that two rows are the same in every column, null being the same as null. */
    String same(String one, String other) {
        return columns.keySet().stream()
                .map(name -> one + "." + name + " IS " + other + "." + name)
                .collect(joining(" AND "));
    }

    /** Makes the file and its table and indexes, or adds the columns that an older archive has not. */
    void prepare(Path archive) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + archive);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + ArchiveFiles.BUSY_MILLIS);
            // One file when at rest, and on the disk itself, its name in the folder included.
            statement.execute("PRAGMA journal_mode = DELETE");
            statement.execute("PRAGMA synchronous = EXTRA");
            statement.execute("BEGIN IMMEDIATE");
            try {
                Map<String, String> there = columns(connection);
                if (there.isEmpty()) {
                    for (String definition : definitions) {
                        statement.execute(definition);
                    }
                } else {
                    for (Map.Entry<String, String> column : columns.entrySet()) {
                        if (!there.containsKey(column.getKey())) {
                            statement.execute("ALTER TABLE session_usage ADD COLUMN " + column.getValue());
                        }
                    }
                }
                statement.execute("COMMIT");
            } catch (SQLException e) {
                statement.execute("ROLLBACK");
                throw e;
            }
        }
    }

    private static Map<String, String> columns(Connection connection) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA main.table_info(session_usage)")) {
            while (row.next()) {
                String otherwise = row.getString("dflt_value");
                columns.put(
                        row.getString("name"),
                        row.getString("name") + " " + row.getString("type")
                                + (row.getBoolean("notnull") ? " NOT NULL" : "")
                                + (otherwise == null ? "" : " DEFAULT " + otherwise));
            }
        }
        return columns;
    }
}
