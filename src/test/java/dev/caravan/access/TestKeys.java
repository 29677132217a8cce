package dev.caravan.access;

import dev.caravan.usage.Migrations;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A real database of keys in a real file. */
final class TestKeys {

    private final DataSource database;
    private final Clock clock;
    private final KeyStore store;

    TestKeys(Path folder, Clock clock) {
        this.clock = clock;
        database = new DriverManagerDataSource(
                "jdbc:sqlite:" + folder.resolve("usage.db") + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=5000");
        try (Connection connection = database.getConnection()) {
            new Migrations("usage.db").migrate(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        store = new KeyStore(database, database, clock);
    }

    DataSource database() {
        return database;
    }

    KeyStore store() {
        return store;
    }

    AccessKey add(KeyLimits limits) {
        AccessKey blank = AccessKey.blank(KeyText.fresh(new SecureRandom()), store.now());
        AccessKey key = new AccessKey(
                blank.id(), blank.hash(), "test", "ann", false, java.util.List.of(), limits, null, null, store.now());
        try {
            store.add(key, "test");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return key;
    }

    long number(String sql) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Clock clock() {
        return clock;
    }

    private String url() {
        return ((DriverManagerDataSource) database).getUrl();
    }
}
