package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a caller notices when the database is in trouble: nothing. */
class LedgerFaultsTest {

    @Test
    void a_locked_database_costs_no_answer_and_the_ledger_catches_up() throws Exception {
        try (RunningGateway gateway = RunningGateway.with().start()) {
            try (Connection other = DriverManager.getConnection(
                            "jdbc:sqlite:" + gateway.folder().resolve("usage.db"));
                    Statement lock = other.createStatement()) {
                lock.execute("BEGIN IMMEDIATE");
                for (int i = 0; i < 5; i++) {
                    assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
                }
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> gateway.get("/health").body().contains("\"database\":\"unavailable\""));
                assertThat(gateway.get("/health").statusCode())
                        .as("usage is recorded all the same")
                        .isEqualTo(200);
                assertThat(json(gateway.get("/api/usage/daily"))
                                .at("/error/code")
                                .asText())
                        .isEqualTo("ledger_unavailable");
                assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
                lock.execute("ROLLBACK");
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.get("/health").body().contains("\"database\":\"writable\""));
            assertThat(json(gateway.get("/api/usage/daily"))
                            .at("/request_count")
                            .asInt())
                    .isEqualTo(6);
            assertThat(gateway.rows("select * from session_usage")).hasSize(6);
        }
    }

    @Test
    void a_file_that_is_moved_away_gets_nothing_and_the_ledger_catches_up_when_it_is_back() throws Exception {
        try (RunningGateway gateway = RunningGateway.with().start()) {
            Path file = gateway.folder().resolve("usage.db");
            Path aside = gateway.folder().resolve("aside.db");
            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
            awaitDatabase(gateway, "writable");
            Files.move(file, aside);
            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
            awaitDatabase(gateway, "unavailable");
            assertThat(file).as("no new ledger is begun in its place").doesNotExist();
            Files.writeString(file, "garbage".repeat(1000));
            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
            awaitDatabase(gateway, "writable");
            assertThat(requests(gateway)).isEqualTo(3);
            assertThat(gateway.rows("select * from session_usage")).hasSize(3);
        }
    }

    @Test
    void a_file_of_garbage_in_place_of_the_database_is_left_alone() throws Exception {
        try (RunningGateway gateway = RunningGateway.with().start()) {
            Path file = gateway.folder().resolve("usage.db");
            Path garbage = gateway.folder().resolve("garbage");
            Files.writeString(garbage, "garbage!".repeat(1024));
            Files.move(garbage, file, StandardCopyOption.REPLACE_EXISTING);
            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
            awaitDatabase(gateway, "unavailable");
            assertThat(Files.readString(file)).isEqualTo("garbage!".repeat(1024));
        }
    }

    @Test
    void another_database_in_its_place_is_used_from_then_on() throws Exception {
        try (RunningGateway gateway = RunningGateway.with().start()) {
            Path file = gateway.folder().resolve("usage.db");
            Path backup = gateway.folder().resolve("backup.db");
            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
            assertThat(requests(gateway)).isEqualTo(1);
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("VACUUM INTO '" + backup + "'");
            }
            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
            assertThat(requests(gateway)).isEqualTo(2);
            Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);
            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
            assertThat(requests(gateway))
                    .as("one of the backup, one since; the one between went with the file")
                    .isEqualTo(2);
            assertThat(gateway.rows("pragma integrity_check"))
                    .containsExactly(java.util.Map.of("integrity_check", "ok"));
        }
    }

    private static void awaitDatabase(RunningGateway gateway, String state) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.get("/health").body().contains("\"database\":\"" + state + "\""));
    }

    private static int requests(RunningGateway gateway) {
        return json(gateway.get("/api/usage/daily")).at("/request_count").asInt();
    }
}
