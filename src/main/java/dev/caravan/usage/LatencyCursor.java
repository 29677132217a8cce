package dev.caravan.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The latencies of one file, slowest first, and how many requests took each. Reads no further than it is asked. */
final class LatencyCursor implements Latencies, AutoCloseable {

    private static final SqlFile LATENCIES = new SqlFile("select-latencies.sql");

    private final PreparedStatement statement;
    private final ResultSet rows;
    private long latencyMs;
    private long count;

    LatencyCursor(Connection connection, Map<String, ? extends @Nullable Object> parameters) throws SQLException {
        statement = LATENCIES.prepare(connection, parameters);
        try {
            rows = statement.executeQuery();
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    @Override
    public boolean next() throws SQLException {
        if (!rows.next()) {
            return false;
        }
        latencyMs = rows.getLong("latency_ms");
        count = rows.getLong("request_count");
        return true;
    }

    @Override
    public long latencyMs() {
        return latencyMs;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public void close() throws SQLException {
        // Its rows are closed with it.
        statement.close();
    }
}
