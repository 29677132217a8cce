package dev.caravan.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Rows of the ledger that are read one after another, however many they are. */
final class LedgerQuery implements AutoCloseable {

    /** Rows that PostgreSQL's driver holds at once; without it, it would hold all. */
    private static final int FETCH = 1_000;

    private final PreparedStatement statement;
    private final ResultSet rows;

    LedgerQuery(Connection connection, String sql, String... parameters) throws SQLException {
        statement = connection.prepareStatement(sql);
        try {
            statement.setFetchSize(FETCH);
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            rows = statement.executeQuery();
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    ResultSet rows() {
        return rows;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
