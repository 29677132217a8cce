package dev.caravan.access;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * One transaction that holds the writer's place (SQLite) from its first statement. Begun by a statement of its own, because
 * SQLite's driver takes a BEGIN that found the database locked for one that worked.
 */
final class KeyTransaction {

    private KeyTransaction() {}

    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** @throws SQLException where it was not committed; then it has left nothing behind */
    static <T> T run(DataSource source, Work<T> work) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            String kind = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
            statement.execute(kind.equals("sqlite") ? "BEGIN IMMEDIATE" : "BEGIN");
            try {
                T result = work.in(connection);
                statement.execute("COMMIT");
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(statement, e);
                throw e;
            }
        }
    }

    private static void rollBack(Statement statement, Exception why) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }
}
