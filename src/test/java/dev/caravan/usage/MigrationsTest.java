package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {

    @TempDir
    Path folder;

    @Test
    void makes_folder_file_and_tables_and_does_nothing_the_second_time() throws Exception {
        Path file = folder.resolve("new/folder/usage.db");
        for (int i = 0; i < 2; i++) {
            try (TestLedger ledger = new TestLedger(file)) {
                assertThat(ledger.number("SELECT COUNT(*) FROM schema_version")).isEqualTo(4);
                assertThat(ledger.number("SELECT COUNT(*) FROM sqlite_master WHERE name IN"
                                + " ('session_usage', 'daily_usage', 'monthly_usage')"))
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void several_gateways_may_start_at_once() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> versions = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                // One after the other: SQLite lets no two make a new file's log at once, whatever they would wait.
                Connection opened = connect();
                versions.add(pool.submit(() -> {
                    try (Connection connection = opened) {
                        return new Migrations("usage.db").migrate(connection);
                    }
                }));
            }
            for (Future<Integer> version : versions) {
                assertThat(version.get()).isEqualTo(4);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void refuses_the_database_of_a_newer_program() throws Exception {
        try (Connection connection = connect()) {
            new Migrations("usage.db").migrate(connection);
            connection.createStatement().execute("INSERT INTO schema_version VALUES (7, 'V7', 'x', 'x')");

            assertThatThrownBy(() -> new Migrations("usage.db").migrate(connection))
                    .isInstanceOf(LedgerException.class)
                    .hasMessage(
                            "The usage database usage.db has version 7, this program knows only 4: use a newer program");
        }
    }

    @Test
    void refuses_a_database_that_another_file_of_the_same_version_made() throws Exception {
        try (Connection connection = connect()) {
            new Migrations("usage.db").migrate(connection);
            connection.createStatement().execute("UPDATE schema_version SET checksum = 'other'");

            assertThatThrownBy(() -> new Migrations("usage.db").migrate(connection))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("V1__ledger.sql")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void leaves_nothing_behind_when_a_migration_fails() throws Exception {
        try (Connection connection = connect()) {
            connection.createStatement().execute("CREATE TABLE monthly_usage (mine TEXT)");

            assertThatThrownBy(() -> new Migrations("usage.db").migrate(connection))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("monthly_usage")
                    .hasMessageNotContaining("\n");
            assertThat(connection
                            .createStatement()
                            .executeQuery("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'")
                            .getInt(1))
                    .isEqualTo(1);
        }
    }

    @Test
    void does_not_touch_a_file_that_is_no_database() throws Exception {
        Path file = folder.resolve("usage.db");
        byte[] letter = "Dear Sir, ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        Files.write(file, letter);

        assertThatThrownBy(() -> SqliteFile.prepare(file))
                .isInstanceOf(LedgerException.class)
                .hasMessage("The usage database " + file + " is not a SQLite database; it was left as it is");
        assertThat(Files.readAllBytes(file)).isEqualTo(letter);
        assertThat(folder).isDirectoryNotContaining("glob:**-*");
    }

    @Test
    void takes_an_empty_file_for_a_new_database() throws Exception {
        Path file = Files.createFile(folder.resolve("usage.db"));

        try (TestLedger ledger = new TestLedger(file)) {
            assertThat(ledger.number("SELECT COUNT(*) FROM session_usage")).isZero();
        }
    }

    @Test
    void finds_the_file_of_a_url() {
        assertThat(SqliteFile.of("jdbc:sqlite:data/usage.db?journal_mode=WAL"))
                .isEqualTo(Path.of("data/usage.db").toAbsolutePath());
        assertThat(SqliteFile.of("jdbc:sqlite:file:/x/y.db")).isEqualTo(Path.of("/x/y.db"));
        assertThat(SqliteFile.of("jdbc:postgresql://localhost/usage")).isNull();
        for (String url : List.of("jdbc:sqlite:", "jdbc:sqlite::memory:", "jdbc:sqlite:file:x?mode=memory")) {
            assertThatThrownBy(() -> SqliteFile.of(url)).as(url).isInstanceOf(LedgerException.class);
        }
    }

    @Test
    void keeps_the_semicolons_of_a_trigger_together() {
        assertThat(Migrations.statements(
                        "-- why\nCREATE TABLE a (b TEXT);\n\nCREATE TRIGGER t BEGIN\n  X;\n  Y;\nEND;\n"))
                .containsExactly("CREATE TABLE a (b TEXT);", "CREATE TRIGGER t BEGIN\n  X;\n  Y;\nEND;");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:sqlite:" + folder.resolve("usage.db") + "?journal_mode=WAL&busy_timeout=10000");
    }
}
