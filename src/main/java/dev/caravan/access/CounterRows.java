package dev.caravan.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tables of counters and reservations, within one transaction. */
final class CounterRows {

    /** Changes nothing, and holds the row until the transaction ends, in PostgreSQL too. */
    private static final String HOLD = "UPDATE gateway_key_counter SET key_id = key_id WHERE key_id = ?";

    private static final String READ = """
            SELECT c.minute_ms, c.requests, c.tokens, c.day, c.day_micros, c.month, c.month_micros,
                k.requests_per_minute, k.tokens_per_minute, k.budget_day_micros, k.budget_month_micros,
                k.expires_at, k.revoked_at
            FROM gateway_key_counter c JOIN gateway_key k ON k.key_id = c.key_id
            WHERE c.key_id = ?""";
    private static final String WRITE = """
            UPDATE gateway_key_counter SET minute_ms = ?, requests = ?, tokens = ?, day = ?, day_micros = ?, month = ?,
                month_micros = ?
            WHERE key_id = ?""";
    private static final String UNDER_WAY = "SELECT COALESCE(SUM(micros), 0) FROM gateway_key_reservation"
            + " WHERE key_id = ? AND day = ? AND month = ?";
    private static final String RESERVE = "INSERT INTO gateway_key_reservation (request_id, key_id, minute_ms, tokens,"
            + " day, month, micros, gateway_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String RELEASE = "DELETE FROM gateway_key_reservation WHERE request_id = ?";
    private static final String EMPTY =
            "UPDATE gateway_key_reservation SET tokens = 0, micros = 0 WHERE request_id = ?";
    private static final String FORGET = "DELETE FROM gateway_key_reservation WHERE month < ? AND micros = 0";
    private static final String OF = "SELECT request_id, key_id, minute_ms, tokens, day, month, micros"
            + " FROM gateway_key_reservation WHERE request_id = ?";
    private static final String LEFT_BY = """
            SELECT r.request_id, r.key_id, u.total_tokens AS used_tokens, u.input_cost_micros + u.output_cost_micros AS used_micros
            FROM gateway_key_reservation r LEFT JOIN session_usage u ON u.request_id = r.request_id
            WHERE r.gateway_id = ?
            ORDER BY r.key_id""";
    private static final String BEAT = "INSERT INTO gateway_beat (gateway_id, beat) VALUES (?, 1)"
            + " ON CONFLICT (gateway_id) DO UPDATE SET beat = gateway_beat.beat + 1";
    private static final String BEATS = "SELECT gateway_id, beat FROM gateway_beat";
    private static final String STOP_EMPTY = "DELETE FROM gateway_beat WHERE gateway_id = ? AND NOT EXISTS"
            + " (SELECT 1 FROM gateway_key_reservation r WHERE r.gateway_id = gateway_beat.gateway_id)";
    private static final String STOP = "DELETE FROM gateway_beat WHERE gateway_id = ?";

    private final Connection connection;

    CounterRows(Connection connection) {
        this.connection = connection;
    }

    /** A key's counter and what it may use, as they are now in the database. */
    record Row(
            KeyCounter counter,
            KeyLimits limits,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt) {}

    /**
     * What a gateway that is gone has left behind.
     *
     * @param usedTokens null: the ledger has no row of the request
     */
    record Left(String requestId, String keyId, @Nullable Long usedTokens, long usedMicros) {}

    /** Null where there is no such key; nobody else changes the row until the transaction ends. */
    @Nullable
    Row hold(String keyId) throws SQLException {
        execute(HOLD, keyId);
        try (PreparedStatement select = prepare(READ, keyId);
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            KeyCounter counter = new KeyCounter(
                    row.getLong("minute_ms"),
                    row.getLong("requests"),
                    row.getLong("tokens"),
                    row.getLong("day"),
                    row.getLong("day_micros"),
                    row.getLong("month"),
                    row.getLong("month_micros"));
            return new Row(
                    counter,
                    KeyRows.limits(row),
                    KeyRows.instant(row, "expires_at"),
                    KeyRows.instant(row, "revoked_at"));
        }
    }

    void write(String keyId, KeyCounter counter) throws SQLException {
        execute(
                WRITE,
                counter.minuteMs(),
                counter.requests(),
                counter.tokens(),
                counter.day(),
                counter.dayMicros(),
                counter.month(),
                counter.monthMicros(),
                keyId);
    }

    long underWay(String keyId, KeyCounter counter) throws SQLException {
        try (PreparedStatement select = prepare(UNDER_WAY, keyId, counter.day(), counter.month());
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    void reserve(List<Reservation> reservations, String gatewayId) throws SQLException {
        if (reservations.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(RESERVE)) {
            for (Reservation reserved : reservations) {
                fill(
                        insert,
                        reserved.requestId(),
                        reserved.keyId(),
                        reserved.minuteMs(),
                        reserved.tokens(),
                        reserved.day(),
                        reserved.month(),
                        reserved.micros(),
                        gatewayId);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** What the request has reserved, as it is in the table; null where nothing is left of it. */
    @Nullable
    Reservation reserved(String requestId) throws SQLException {
        try (PreparedStatement select = prepare(OF, requestId);
                ResultSet row = select.executeQuery()) {
            return row.next() ? reservation(row) : null;
        }
    }

    void release(String requestId) throws SQLException {
        execute(RELEASE, requestId);
    }

    /** Gives back what is reserved, and remembers that it was, in case the request turns out to have cost something. */
    void empty(String requestId) throws SQLException {
        execute(EMPTY, requestId);
    }

    /** Forgets emptied reservations of months before. */
    void forget(long month) throws SQLException {
        execute(FORGET, month);
    }

    List<Left> leftBy(String gatewayId) throws SQLException {
        List<Left> left = new ArrayList<>();
        try (PreparedStatement select = prepare(LEFT_BY, gatewayId);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                long tokens = row.getLong("used_tokens");
                Long used = row.wasNull() ? null : tokens;
                left.add(new Left(
                        row.getString("request_id"), row.getString("key_id"), used, row.getLong("used_micros")));
            }
        }
        return left;
    }

    void beat(String gatewayId) throws SQLException {
        execute(BEAT, gatewayId);
    }

    void stop(String gatewayId) throws SQLException {
        execute(STOP, gatewayId);
    }

    /** The end of a gateway that leaves nothing behind; of no effect for another one. */
    void stopEmpty(String gatewayId) throws SQLException {
        execute(STOP_EMPTY, gatewayId);
    }

    Map<String, Long> beats() throws SQLException {
        Map<String, Long> beats = new HashMap<>();
        try (PreparedStatement select = prepare(BEATS);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                beats.put(row.getString(1), row.getLong(2));
            }
        }
        return beats;
    }

    private static Reservation reservation(ResultSet row) throws SQLException {
        return new Reservation(
                row.getString("request_id"),
                row.getString("key_id"),
                row.getLong("minute_ms"),
                row.getLong("tokens"),
                row.getLong("day"),
                row.getLong("month"),
                row.getLong("micros"));
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            fill(statement, parameters);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private void execute(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            statement.executeUpdate();
        }
    }

    private static void fill(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof Long number) {
                statement.setLong(i + 1, number);
            } else {
                statement.setString(i + 1, (String) parameters[i]);
            }
        }
    }
}
