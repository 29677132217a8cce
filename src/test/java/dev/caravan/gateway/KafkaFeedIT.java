package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Usage in another engine: a real broker that goes away, and a gateway that is killed. */
class KafkaFeedIT {

    private static final String CHAT =
            "{\"model\":\"demo\",\"user_id\":\"ann\"," + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final int MANY = 200;

    @TempDir
    Path home;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void a_broker_that_is_away_loses_and_doubles_no_event() throws Exception {
        try (TestKafka kafka = new TestKafka();
                RunningProgram program = program(kafka)) {
            program.start();
            Set<String> ids = ask(program, MANY);
            // The outbox is empty between two batches of the ledger, too.
            await().until(() -> number(program, "select count(*) from session_usage") == MANY);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> number(program, "select count(*) from usage_outbox") == 0);
            kafka.kill();
            ids.addAll(ask(program, MANY));
            await().until(() -> number(program, "select count(*) from session_usage") == 2 * MANY);
            assertThat(number(program, "select count(*) from usage_outbox"))
                    .as("waits for the broker")
                    .isEqualTo(MANY);
            kafka.start();
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> number(program, "select count(*) from usage_outbox") == 0);

            Map<String, Integer> seen = new HashMap<>();
            BigDecimal cost = BigDecimal.ZERO;
            long tokens = 0;
            for (ConsumerRecord<String, String> event : kafka.events("llm-usage")) {
                JsonNode usage = JSON.readTree(event.value());
                assertThat(usage.get("request_id").asText()).isEqualTo(event.key());
                assertThat(usage.get("user_id").asText()).isEqualTo("ann");
                assertThat(usage.get("status").asText()).isEqualTo("ok");
                seen.merge(event.key(), 1, Integer::sum);
                cost = cost.add(new BigDecimal(usage.get("total_cost").asText()));
                tokens += usage.get("total_tokens").asLong();
            }
            assertThat(seen.keySet()).isEqualTo(ids);
            assertThat(seen.values()).as("each once").containsOnly(1);
            assertThat(tokens).isEqualTo(number(program, "select sum(total_tokens) from daily_usage"));
            assertThat(cost.movePointRight(6).longValueExact())
                    .isEqualTo(number(program, "select sum(input_cost_micros + output_cost_micros) from daily_usage"));
        }
    }

    @Test
    void a_killed_gateway_loses_no_event_and_repeats_only_the_same() throws Exception {
        try (TestKafka kafka = new TestKafka();
                RunningProgram program = program(kafka)) {
            Process process = program.start();
            Set<String> ids = ask(program, MANY);
            process.destroyForcibly().waitFor();
            program.start();
            ids.addAll(ask(program, 20));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> number(program, "select count(*) from session_usage") == ids.size()
                            && number(program, "select count(*) from usage_outbox") == 0);

            Map<String, String> seen = new HashMap<>();
            for (ConsumerRecord<String, String> event : kafka.events("llm-usage")) {
                String before = seen.put(event.key(), event.value());
                assertThat(before).isIn(null, event.value());
            }
            assertThat(seen.keySet()).isEqualTo(ids);
        }
    }

    private RunningProgram program(TestKafka kafka) {
        return new RunningProgram(home.resolve("gateway"))
                .property("usage.kafka.enabled", "true")
                .property("usage.kafka.brokers", kafka.address());
    }

    private Set<String> ask(RunningProgram program, int count) throws Exception {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(program.address() + "/api/chat/completions"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            ids.add(response.headers().firstValue("X-Request-Id").orElseThrow());
        }
        return ids;
    }

    private static long number(RunningProgram program, String sql) throws Exception {
        try (Connection ledger = DriverManager.getConnection(
                        "jdbc:sqlite:" + program.home().resolve("data/usage.db"));
                ResultSet row = ledger.createStatement().executeQuery(sql)) {
            return row.getLong(1);
        }
    }
}
