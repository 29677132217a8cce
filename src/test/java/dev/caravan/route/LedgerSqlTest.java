package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.usage.Cost;
import dev.caravan.usage.LedgerRow;
import dev.caravan.usage.Migrations;
import dev.caravan.usage.OpenedRequest;
import dev.caravan.usage.RequestStatus;
import dev.caravan.usage.Rollups;
import dev.caravan.usage.UsageAnswers;
import dev.caravan.usage.UsageQuery;
import dev.caravan.usage.UsageRecord;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** The ledger's SQL files as camel-sql reads them. */
class LedgerSqlTest {

    @TempDir
    Path folder;

    @Test
    void camel_runs_every_file_with_the_parameters_that_the_usage_room_makes() throws Exception {
        SQLiteDataSource database = new SQLiteDataSource();
        database.setUrl("jdbc:sqlite:" + folder.resolve("usage.db"));
        try (Connection connection = database.getConnection()) {
            new Migrations("usage.db").migrate(connection);
        }
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            LedgerSql sql = new LedgerSql();
            sql.setDataSource(database);
            camel.addComponent("sql", sql);
            camel.start();
            ProducerTemplate template = camel.createProducerTemplate();

            List<Map<String, Object>> rows = LedgerRow.batch("j", List.of(record("r1"), record("r2"), record("r2")));
            template.requestBody("sql:classpath:sql/insert-session-usage.sql?batch=true&noop=true", rows);
            for (String file : List.of("upsert-daily-usage", "upsert-monthly-usage")) {
                template.requestBody("sql:classpath:sql/" + file + ".sql?batch=true&noop=true", Rollups.of(rows));
            }

            UsageQuery daily = UsageQuery.daily(name -> null);
            assertThat(UsageAnswers.daily(
                                    daily,
                                    select(template, "select-daily-usage-totals", daily),
                                    select(template, "select-daily-usage-page", daily))
                            .at("/data/0/request_count")
                            .asLong())
                    .isEqualTo(2);
            UsageQuery monthly = UsageQuery.monthly(name -> null);
            assertThat(UsageAnswers.monthly(
                                    monthly,
                                    select(template, "select-monthly-usage-totals", monthly),
                                    select(template, "select-monthly-usage-page", monthly))
                            .at("/total_cost")
                            .decimalValue())
                    .isEqualByComparingTo("0.0162");
            UsageQuery session = UsageQuery.session("s", name -> null);
            assertThat(UsageAnswers.session(
                                    session,
                                    select(template, "select-session-totals", session),
                                    select(template, "select-session-requests", session))
                            .at("/requests"))
                    .hasSize(2);
            UsageQuery summary = UsageQuery.summary(name -> null);
            assertThat(UsageAnswers.summary(
                                    select(template, "select-summary-totals", summary),
                                    select(template, "select-summary-by-provider", summary),
                                    select(template, "select-summary-by-model", summary),
                                    select(template, "select-summary-p95", summary))
                            .at("/latency_ms/p95")
                            .asLong())
                    .isEqualTo(1234);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> select(ProducerTemplate template, String file, UsageQuery query) {
        return template.requestBody("sql:classpath:sql/" + file + ".sql", query.parameters(), List.class);
    }

    private static UsageRecord record(String id) {
        Instant at = Instant.parse("2026-11-22T12:00:00Z");
        OpenedRequest opened =
                new OpenedRequest(id, null, "s", "u", "gpt-4o", "gpt-4o", "openai", "/api", false, at, "v");
        TokenUsage usage = new TokenUsage(150, 220, 0, 0, 0, 0, UsageSource.PROVIDER);
        return new UsageRecord(
                opened, RequestStatus.OK, usage, new Cost(1500, 6600), at, 1234, null, "stop", null, null);
    }
}
