package dev.caravan.access;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * The keys in the ledger's database. Every change is one transaction together with its line in {@code gateway_key_change} and
 * a new {@code gateway_key_version}, which also lets one change happen at a time.
 */
public final class KeyStore {

    private static final String NEXT_VERSION = "UPDATE gateway_key_version SET version = version + 1";
    private static final String VERSION = "SELECT version FROM gateway_key_version";
    private static final String ALL = "SELECT " + KeyRows.COLUMNS + " FROM gateway_key ORDER BY created_at, key_id";
    private static final String ONE = "SELECT " + KeyRows.COLUMNS + " FROM gateway_key WHERE key_id = ?";
    private static final String REMOVE = "DELETE FROM gateway_key WHERE key_id = ?";
    private static final String ADD =
            "INSERT INTO gateway_key (" + KeyRows.COLUMNS + ") VALUES (?" + ", ?".repeat(12) + ")";
    private static final String COUNT_FROM_ZERO =
            "INSERT INTO gateway_key_counter (key_id, minute_ms, requests, tokens,"
                    + " day, day_micros, month, month_micros) VALUES (?, 0, 0, 0, 0, 0, 0, 0)";
    private static final String NOTE =
            "INSERT INTO gateway_key_change (changed_at, changed_by, action, key_id, what)" + " VALUES (?, ?, ?, ?, ?)";

    private final DataSource writer;
    private final DataSource reader;
    private final Clock clock;

    public KeyStore(DataSource writer, DataSource reader, Clock clock) {
        this.writer = writer;
        this.reader = reader;
        this.clock = clock;
    }

    /** Grows with every change. */
    public long version() throws SQLException {
        try (Connection connection = reader.getConnection();
                PreparedStatement select = connection.prepareStatement(VERSION);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** All keys, revoked ones too, in the order in which they were made. */
    public List<AccessKey> all() throws SQLException {
        try (Connection connection = reader.getConnection();
                PreparedStatement select = connection.prepareStatement(ALL);
                ResultSet rows = select.executeQuery()) {
            List<AccessKey> keys = new ArrayList<>();
            while (rows.next()) {
                keys.add(KeyRows.read(rows));
            }
            return keys;
        }
    }

    /** @param by who does it, for the table of changes */
    public void add(AccessKey key, String by) throws SQLException {
        KeyTransaction.run(writer, connection -> {
            execute(connection, NEXT_VERSION);
            insert(connection, key);
            execute(connection, COUNT_FROM_ZERO, key.id());
            note(connection, by, "add", key.id(), KeyView.of(key).toString());
            return key;
        });
    }

    /**
     * Changes a key, or revokes it.
     *
     * @param edit from the key as it is to the key as it shall be; may throw, then nothing has changed
     * @return the key as it is now
     * @throws RequestException 404 where there is none of that id
     */
    public AccessKey change(String id, String by, UnaryOperator<AccessKey> edit) throws SQLException {
        return KeyTransaction.run(writer, connection -> {
            execute(connection, NEXT_VERSION);
            AccessKey before = one(connection, id);
            AccessKey after = edit.apply(before);
            if (!after.equals(before)) {
                execute(connection, REMOVE, id);
                insert(connection, after);
                String action = after.isRevoked() && !before.isRevoked() ? "revoke" : "change";
                note(
                        connection,
                        by,
                        action,
                        id,
                        KeyView.difference(before, after).toString());
            }
            return after;
        });
    }

    /** Revokes a key; one that is revoked stays as it is. */
    public AccessKey revoke(String id, String by) throws SQLException {
        return change(id, by, key -> key.isRevoked() ? key : key.revoked(now()));
    }

    /** The time of changes, in milliseconds, as the table has it. */
    public Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private static AccessKey one(Connection connection, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ONE)) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new RequestException(ErrorCode.NOT_FOUND, "There is no key of that id", "id");
                }
                return KeyRows.read(row);
            }
        }
    }

    private static void insert(Connection connection, AccessKey key) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(ADD)) {
            KeyRows.write(insert, key);
            insert.executeUpdate();
        }
    }

    private void note(Connection connection, String by, String action, String id, String what) throws SQLException {
        execute(connection, NOTE, String.valueOf(KeyRows.text(now())), by, action, id, what);
    }

    private static void execute(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
