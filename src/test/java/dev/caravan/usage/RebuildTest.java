package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rebuild mends what an audit found, and nothing else. */
class RebuildTest {

    private static final Map<String, String> NOVEMBER =
            Map.of("month", "2026-11", "user_id", "user-1", "model_id", "m");

    @TempDir
    Path folder;

    private TestLedger ledger;

    @BeforeEach
    void open() throws Exception {
        ledger = new TestLedger(folder.resolve("usage.db"));
        AuditLedgers.addPrice(ledger.connection());
        ledger.write("j1", AuditLedgers.users(0, 3_000));
        ledger.write("j1", AuditLedgers.uncommonKeys());
        ledger.write("j1", List.of(Records.settled(Records.opened("m1", "user-1", "m", Records.NOON))));
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
    }

    @Test
    void changes_nothing_in_a_sound_ledger() {
        RebuildReport report = rebuild();
        assertThat(report.changes()).isEmpty();
        assertThat(report.rows()).isEqualTo(3_045);
    }

    @Test
    void mends_what_was_changed_and_tells_it() throws Exception {
        tamper("UPDATE daily_usage SET total_tokens = 7 WHERE user_id = 'user-1' AND model_id = 'm'");
        tamper("UPDATE monthly_usage SET ok_count = 5 WHERE user_id = 'user-1' AND model_id = 'm'");
        RebuildReport report = rebuild();
        assertThat(report.changes())
                .containsExactly(
                        new RebuildReport.Change(
                                "daily_usage",
                                Map.of("date", "2026-11-22", "user_id", "user-1", "model_id", "m"),
                                "total_tokens",
                                7L,
                                370L),
                        new RebuildReport.Change("monthly_usage", NOVEMBER, "ok_count", 5L, 1L));
        assertSound();
        assertThat(rebuild().changes()).isEmpty();
    }

    @Test
    void makes_all_days_and_months_anew_where_there_are_none() throws Exception {
        List<Map<String, Object>> before = ledger.query("select-daily-usage-totals.sql", everything());
        tamper("DELETE FROM daily_usage");
        tamper("DELETE FROM monthly_usage");
        assertThat(rebuild().changesTotal()).isEqualTo(2 * 3_045);
        assertSound();
        assertThat(ledger.query("select-daily-usage-totals.sql", everything())).isEqualTo(before);
        assertThat(ledger.number("SELECT COUNT(*) FROM monthly_usage WHERE provider = 'openai'"))
                .isEqualTo(3_045);
    }

    @Test
    void takes_away_days_and_months_that_have_no_rows() throws Exception {
        tamper("DELETE FROM session_usage WHERE request_id = 'm1'");
        RebuildReport report = rebuild();
        assertThat(report.changes())
                .extracting(RebuildReport.Change::table, RebuildReport.Change::before, RebuildReport.Change::after)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("daily_usage", 1L, null),
                        org.assertj.core.groups.Tuple.tuple("monthly_usage", 1L, null));
        assertThat(ledger.number("SELECT COUNT(*) FROM monthly_usage WHERE user_id = 'user-1' AND model_id = 'm'"))
                .isZero();
    }

    @Test
    void changes_nothing_where_another_one_writes() throws Exception {
        tamper("DELETE FROM daily_usage");
        ledger.connection().createStatement().execute("BEGIN IMMEDIATE");
        assertThatThrownBy(this::rebuild).isInstanceOf(LedgerException.class).hasMessageNotContaining("\n");
        ledger.connection().createStatement().execute("ROLLBACK");
        assertThat(ledger.number("SELECT COUNT(*) FROM daily_usage")).isZero();
    }

    @Test
    void is_right_while_a_gateway_writes() throws Exception {
        ExecutorService gateway = Executors.newSingleThreadExecutor();
        try {
            tamper("UPDATE daily_usage SET request_count = request_count + 1 WHERE user_id < 'user-2'");
            Future<?> writing = gateway.submit(() -> {
                for (int i = 0; i < 200; i++) {
                    ledger.write("j1", AuditLedgers.users(3_000 + i * 5, 5));
                }
                return null;
            });
            long changed = 0;
            do {
                changed += rebuild().changesTotal();
            } while (!writing.isDone());
            writing.get(30, TimeUnit.SECONDS);
            assertThat(changed).isPositive();
            assertSound();
        } finally {
            gateway.shutdownNow();
        }
    }

    private static Map<String, Object> everything() {
        return UsageQuery.daily(name -> null).parameters();
    }

    private void assertSound() throws InterruptedException {
        AuditReport report = new Audit(source(), null, Duration.ofSeconds(5), Clock.systemUTC()).run();
        assertThat(report.differences()).isEmpty();
    }

    private RebuildReport rebuild() {
        return new Rebuild(source()).run();
    }

    private LedgerSource source() {
        return new LedgerSource("jdbc:sqlite:" + folder.resolve("usage.db"));
    }

    private void tamper(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("usage.db"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }
}
