package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A running gateway whose ledger has grown over its size. */
class ArchiveTest {

    @Test
    void old_rows_leave_for_files_and_are_found_there() throws Exception {
        try (RunningGateway gateway = RunningGateway.with()
                .property("usage.archive-above-bytes", "1")
                .property("usage.archive-check-ms", "200")
                .start()) {
            insertOldRows(gateway);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.rows("select * from session_usage").isEmpty());

            assertThat(gateway.folder().resolve("usage-2025-01.db")).isRegularFile();
            assertThat(gateway.folder().resolve("usage-2025-03.db")).isRegularFile();
            JsonNode first = json(gateway.get("/api/usage/session/old?limit=2"));
            assertThat(first.at("/request_count").asInt()).isEqualTo(3);
            assertThat(first.at("/total_cost").decimalValue()).isEqualByComparingTo("0.000036");
            assertThat(first.at("/requests").findValuesAsText("request_id")).containsExactly("r3", "r2");
            JsonNode second = json(gateway.get("/api/usage/session/old?limit=2&cursor="
                    + first.at("/next_cursor").asText()));
            assertThat(second.at("/requests").findValuesAsText("request_id")).containsExactly("r1");
            assertThat(second.at("/next_cursor").isNull()).isTrue();

            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
            assertThat(json(gateway.get("/api/usage/daily"))
                            .at("/request_count")
                            .asInt())
                    .as("new requests are written as ever")
                    .isEqualTo(1);
            assertThat(gateway.get("/api/usage/session/nobody").statusCode()).isEqualTo(404);
            assertThat(Files.exists(gateway.folder().resolve("usage-2025-02.db")))
                    .isFalse();
        }
    }

    /** As an earlier gateway would have left them. */
    private static void insertOldRows(RunningGateway gateway) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + gateway.folder().resolve("usage.db") + "?busy_timeout=5000");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("""
                    INSERT INTO session_usage (request_id, session_id, user_id, requested_model, model_id, provider, endpoint,
                        stream, status, usage_source, prompt_tokens, completion_tokens, total_tokens, cached_tokens,
                        cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, input_cost_micros, output_cost_micros,
                        price_version, latency_ms, created_at, ended_at)
                    SELECT column1, 'old', 'u', 'm', 'm', 'openai', '/api', 0, 'ok', 'provider', 1, 1, 2, 0, 0, 0, 0,
                        10, 2, 'v', 5, column2, column2
                    FROM (VALUES ('r1', '2025-01-05T00:00:00.000Z'), ('r2', '2025-01-06T00:00:00.000Z'),
                        ('r3', '2025-03-06T00:00:00.000Z'))
                    """);
        }
    }
}
