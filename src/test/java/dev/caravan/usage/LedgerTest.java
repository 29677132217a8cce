package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

    @TempDir
    Path folder;

    @Test
    void writes_every_column_of_a_row() throws Exception {
        OpenedRequest opened = new OpenedRequest(
                "r1",
                "client-1",
                "s\u00e4ssion",
                "user;--",
                "asked",
                "served",
                "google",
                "/v1/messages",
                true,
                Instant.parse("2026-11-30T23:59:59.9999Z"),
                "2026-11-22");
        TokenUsage usage = new TokenUsage(100, 50, 40, 30, 10, 20, UsageSource.ESTIMATED);
        UsageRecord record = new UsageRecord(
                opened,
                RequestStatus.CLIENT_GONE,
                usage,
                new Cost(1_000_001, 6600),
                Instant.parse("2026-12-01T00:00:01Z"),
                1000,
                7L,
                "length",
                "provider_timeout",
                504);
        try (TestLedger ledger = ledger()) {
            ledger.write(List.of(record));

            assertThat(ledger.text("SELECT request_id||'|'||client_request_id||'|'||session_id||'|'||user_id||'|'||"
                            + "requested_model||'|'||model_id||'|'||provider||'|'||endpoint||'|'||stream||'|'||status||'|'||"
                            + "usage_source||'|'||finish_reason||'|'||error_code||'|'||upstream_status||'|'||latency_ms||'|'||"
                            + "first_byte_ms||'|'||created_at||'|'||ended_at||'|'||price_version FROM session_usage"))
                    .isEqualTo(
                            "r1|client-1|s\u00e4ssion|user;--|asked|served|google|/v1/messages|1|client_gone|estimated|"
                                    + "length|provider_timeout|504|1000|7|2026-11-30T23:59:59.999Z|2026-12-01T00:00:01.000Z|"
                                    + "2026-11-22");
            assertThat(ledger.text("SELECT prompt_tokens||'|'||completion_tokens||'|'||total_tokens||'|'||cached_tokens"
                            + "||'|'||cache_write_tokens||'|'||cache_write_1h_tokens||'|'||reasoning_tokens||'|'||"
                            + "input_cost_micros||'|'||output_cost_micros||'|'||input_cost||'|'||output_cost||'|'||total_cost"
                            + " FROM session_usage"))
                    .isEqualTo("100|50|150|40|30|10|20|1000001|6600|1.000001|0.0066|1.006601");
            assertThat(ledger.text("SELECT date||'|'||user_id||'|'||model_id||'|'||provider||'|'||request_count||'|'||"
                            + "ok_count||'|'||total_tokens||'|'||total_cost||'|'||latency_ms_sum FROM daily_usage"))
                    .isEqualTo("2026-11-30|user;--|served|google|1|0|150|1.006601|1000");
            assertThat(ledger.text("SELECT month||'|'||request_count||'|'||total_cost FROM monthly_usage"))
                    .isEqualTo("2026-11|1|1.006601");
        }
    }

    @Test
    void a_record_that_comes_twice_counts_once_in_a_batch_and_over_batches() throws Exception {
        try (TestLedger ledger = ledger()) {
            ledger.write(List.of(Records.settled("a"), Records.settled("a"), Records.settled("b")));
            ledger.write(List.of(Records.settled("b"), Records.settled("c")));

            assertThat(ledger.number("SELECT COUNT(*) FROM session_usage")).isEqualTo(3);
            assertThat(ledger.number("SELECT request_count FROM daily_usage")).isEqualTo(3);
            assertThat(ledger.number("SELECT total_tokens FROM monthly_usage")).isEqualTo(3 * 370);
        }
    }

    @Test
    void a_record_that_is_lost_after_it_was_settled_changes_nothing() throws Exception {
        UsageRecord lost = Records.settled(Records.opened("a"), RequestStatus.LOST, TokenUsage.NONE, Cost.ZERO, 5);
        try (TestLedger ledger = ledger()) {
            ledger.write(List.of(Records.settled("a")));
            ledger.write(List.of(lost));

            assertThat(ledger.text("SELECT status FROM session_usage")).isEqualTo("ok");
            assertThat(ledger.number("SELECT request_count FROM daily_usage")).isEqualTo(1);
        }
    }

    @Test
    void moves_row_day_and_month_together_or_not_at_all() throws Exception {
        try (TestLedger ledger = ledger()) {
            ledger.connection()
                    .createStatement()
                    .execute("CREATE TRIGGER refuse BEFORE INSERT ON session_usage "
                            + "BEGIN SELECT RAISE(ABORT, 'no'); END");

            assertThatThrownBy(() -> ledger.write(List.of(Records.settled("a"))))
                    .isInstanceOf(SQLException.class);

            assertThat(ledger.number("SELECT COUNT(*) FROM daily_usage")).isZero();
            assertThat(ledger.number("SELECT COUNT(*) FROM monthly_usage")).isZero();
        }
    }

    @Test
    void two_gateways_that_share_a_ledger_keep_exact_sums() throws Exception {
        Path file = folder.resolve("usage.db");
        // SQLite lets no two connections make a new file's log at once, whatever they would wait.
        new TestLedger(file).close();
        int each = 300;
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<Void>> done = new ArrayList<>();
            for (String gateway : List.of("g1-", "g2-")) {
                Callable<Void> work = () -> {
                    try (TestLedger ledger = new TestLedger(file)) {
                        for (int i = 0; i < each; i += 10) {
                            List<UsageRecord> batch = new ArrayList<>();
                            for (int k = 0; k < 10; k++) {
                                batch.add(Records.settled(gateway + (i + k)));
                            }
                            writeUntilItGoes(ledger, batch);
                        }
                    }
                    return null;
                };
                done.add(pool.submit(work));
            }
            for (Future<Void> gateway : done) {
                gateway.get();
            }
        } finally {
            pool.shutdownNow();
        }
        try (TestLedger ledger = ledger()) {
            assertThat(ledger.number("SELECT COUNT(*) FROM session_usage")).isEqualTo(2L * each);
            assertThat(ledger.number("SELECT request_count FROM daily_usage")).isEqualTo(2L * each);
            assertThat(ledger.number("SELECT total_tokens FROM monthly_usage")).isEqualTo(2L * each * 370);
        }
    }

    @Property(tries = 25)
    void sum_of_rows_is_day_is_month(
            @ForAll("records") @Size(max = 60) List<UsageRecord> records,
            @ForAll @IntRange(min = 1, max = 20) int batch)
            throws Exception {
        Path dir = Files.createTempDirectory("ledger");
        try (TestLedger ledger = new TestLedger(dir.resolve("usage.db"))) {
            for (int i = 0; i < records.size(); i += batch) {
                ledger.write(records.subList(Math.max(0, i - 3), Math.min(i + batch, records.size())));
            }
            String sums = "COALESCE(SUM(prompt_tokens), 0)||'|'||COALESCE(SUM(completion_tokens), 0)||'|'||"
                    + "COALESCE(SUM(total_tokens), 0)||'|'||COALESCE(SUM(cached_tokens), 0)||'|'||"
                    + "COALESCE(SUM(input_cost_micros), 0)||'|'||COALESCE(SUM(output_cost_micros), 0)";
            String rows = ledger.text("SELECT COUNT(*)||'|'||" + sums + " FROM session_usage");
            for (String rollup : List.of("daily_usage", "monthly_usage")) {
                assertThat(ledger.text("SELECT COALESCE(SUM(request_count), 0)||'|'||" + sums + " FROM " + rollup))
                        .isEqualTo(rows);
            }
            assertThat(ledger.number("SELECT COUNT(*) FROM (SELECT substr(created_at, 1, 10) AS d, user_id, model_id,"
                            + " COUNT(*) AS c, SUM(total_tokens) AS t FROM session_usage GROUP BY 1, 2, 3) x"
                            + " FULL JOIN daily_usage y ON x.d = y.date AND x.user_id = y.user_id"
                            + " AND x.model_id = y.model_id"
                            + " WHERE x.c IS NOT y.request_count OR x.t IS NOT y.total_tokens"))
                    .as("days that differ from their rows")
                    .isZero();
            assertThat(ledger.number("SELECT COUNT(*) FROM (SELECT substr(date, 1, 7) AS m, user_id, model_id,"
                            + " SUM(request_count) AS c, SUM(input_cost_micros) AS t FROM daily_usage GROUP BY 1, 2, 3) x"
                            + " FULL JOIN monthly_usage y ON x.m = y.month AND x.user_id = y.user_id"
                            + " AND x.model_id = y.model_id"
                            + " WHERE x.c IS NOT y.request_count OR x.t IS NOT y.input_cost_micros"))
                    .as("months that differ from their days")
                    .isZero();
        } finally {
            try (var files = Files.list(dir)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(dir);
        }
    }

    @Provide
    Arbitrary<List<UsageRecord>> records() {
        AtomicInteger ids = new AtomicInteger();
        // Around the last midnight of a month and of a year.
        Arbitrary<Instant> times = Arbitraries.longs()
                .between(-3_000, 3_000)
                .map(ms -> Instant.parse("2027-01-01T00:00:00Z").plusMillis(ms));
        Arbitrary<String> users = Arbitraries.of("u1", "u2", "'; DROP TABLE daily_usage", "\u00fc");
        Arbitrary<String> models = Arbitraries.of("m1", "m2");
        Arbitrary<TokenUsage> usages = Combinators.combine(
                        Arbitraries.longs().between(0, 1_000_000),
                        Arbitraries.longs().between(0, 1_000_000))
                .as((part, rest) -> new TokenUsage(part + rest, rest, part, 0, 0, 0, UsageSource.PROVIDER));
        Arbitrary<Cost> costs = Combinators.combine(
                        Arbitraries.longs().between(0, 1_000_000_000_000L),
                        Arbitraries.longs().between(0, 1_000_000_000_000L))
                .as(Cost::new);
        return Combinators.combine(times, users, models, usages, costs, Arbitraries.of(RequestStatus.values()))
                .as((time, user, model, usage, cost, status) -> Records.settled(
                        Records.opened("r" + ids.incrementAndGet(), user, model, time), status, usage, cost, 5))
                .list();
    }

    private TestLedger ledger() throws SQLException {
        return new TestLedger(folder.resolve("usage.db"));
    }

    /** As the route does: a batch that the database was too busy for is written again. */
    private static void writeUntilItGoes(TestLedger ledger, List<UsageRecord> batch) throws SQLException {
        for (int i = 0; i < 1000; i++) {
            try {
                ledger.write(batch);
                return;
            } catch (SQLException e) {
                if (!e.getMessage().contains("SQLITE_BUSY")) {
                    throw e;
                }
            }
        }
        throw new SQLException("busy for ever");
    }
}
