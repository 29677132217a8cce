package dev.caravan.access;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key as a row of {@code gateway_key}, and back. */
final class KeyRows {

    static final String COLUMNS = "key_id, key_hash, name, user_id, admin, models, requests_per_minute,"
            + " tokens_per_minute, budget_day_micros, budget_month_micros, expires_at, revoked_at, created_at";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private KeyRows() {}

    static AccessKey read(ResultSet row) throws SQLException {
        String models = row.getString("models");
        return new AccessKey(
                row.getString("key_id"),
                row.getString("key_hash"),
                row.getString("name"),
                row.getString("user_id"),
                row.getInt("admin") == 1,
                models == null ? List.of() : List.of(models.split("\n")),
                limits(row),
                instant(row, "expires_at"),
                instant(row, "revoked_at"),
                Instant.parse(row.getString("created_at")));
    }

    static KeyLimits limits(ResultSet row) throws SQLException {
        return new KeyLimits(
                whole(row, "requests_per_minute"),
                whole(row, "tokens_per_minute"),
                whole(row, "budget_day_micros"),
                whole(row, "budget_month_micros"));
    }

    /** Sets the parameters of {@link #COLUMNS}, in order, from the first one on. */
    static void write(PreparedStatement statement, AccessKey key) throws SQLException {
        KeyLimits limits = key.limits();
        statement.setString(1, key.id());
        statement.setString(2, key.hash());
        statement.setString(3, key.name());
        statement.setString(4, key.userId());
        statement.setInt(5, key.admin() ? 1 : 0);
        statement.setString(6, key.models().isEmpty() ? null : String.join("\n", key.models()));
        whole(statement, 7, limits.requestsPerMinute());
        whole(statement, 8, limits.tokensPerMinute());
        whole(statement, 9, limits.dayMicros());
        whole(statement, 10, limits.monthMicros());
        statement.setString(11, text(key.expiresAt()));
        statement.setString(12, text(key.revokedAt()));
        statement.setString(13, text(key.createdAt()));
    }

    static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : TIME.format(instant);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : Instant.parse(text);
    }

    private static @Nullable Long whole(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private static void whole(PreparedStatement statement, int index, @Nullable Long value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value);
        }
    }
}
