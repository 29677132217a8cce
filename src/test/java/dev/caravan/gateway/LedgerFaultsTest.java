package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
}
