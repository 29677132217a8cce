package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that have left for the files of old months count as if they had stayed. */
class AuditArchivesTest {

    private static final String COLUMNS =
            "request_id, client_request_id, session_id, user_id, requested_model, model_id,"
                    + " provider, endpoint, stream, status, usage_source, prompt_tokens, completion_tokens, total_tokens,"
                    + " cached_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, input_cost_micros,"
                    + " output_cost_micros, price_version, finish_reason, error_code, upstream_status, latency_ms,"
                    + " first_byte_ms, created_at, ended_at, journal_id";

    @TempDir
    Path folder;

    private TestLedger ledger;

    @BeforeEach
    void fill() throws Exception {
        ledger = new TestLedger(folder.resolve("usage.db"));
        AuditLedgers.addPrice(ledger.connection());
        ledger.write("j1", rows("2026-01", 40));
        ledger.write("j1", rows("2026-02", 40));
        ledger.write("j1", rows("2026-03", 40));
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
    }

    @Test
    void counts_archived_rows_and_those_that_came_late_or_are_still_in_both_places() throws Exception {
        archive("2026-01", "");
        archive("2026-02", " AND request_id < '2026-02-2'");
        ledger.write("j1", rows("2026-01", 5, "late-"));
        AuditReport report = audit();
        assertThat(report.differences()).isEmpty();
        assertThat(report.rows()).isEqualTo(125);
    }

    @Test
    void is_sound_when_months_have_left() throws Exception {
        archive("2026-01", "");
        archive("2026-02", " AND request_id < '2026-02-2'");
        AuditReport report = audit();
        assertThat(report.differences()).isEmpty();
        assertThat(List.of(report.rows(), report.opened(), report.settled())).containsOnly(120L);
        assertThat(ledger.number("SELECT COUNT(*) FROM session_usage")).isLessThan(80);
    }

    @Test
    void finds_what_was_changed_in_an_archive() throws Exception {
        archive("2026-01", "");
        change(file("2026-01"), "UPDATE session_usage SET output_cost_micros = 6601 WHERE request_id = '2026-01-7'");
        assertThat(found())
                .containsExactly(
                        tuple(
                                "cost_is_recomputed",
                                "session_usage",
                                Map.of("request_id", "2026-01-7"),
                                "output_cost_micros",
                                6600L,
                                6601L),
                        tuple(
                                "day_is_sum_of_rows",
                                "daily_usage",
                                Map.of("date", "2026-01-08", "user_id", "user-1", "model_id", "gpt-4o"),
                                "output_cost_micros",
                                13201L,
                                13200L));
    }

    @Test
    void tells_that_an_archive_is_not_there_and_nothing_that_would_follow_from_it() throws Exception {
        archive("2026-01", "");
        archive("2026-02", "");
        Files.delete(file("2026-01"));
        Files.writeString(file("2026-02"), "no database, ".repeat(500));
        List<Tuple> found = found();
        assertThat(found).hasSize(2);
        assertThat(found.get(0))
                .isEqualTo(tuple(
                        "archive_can_be_read",
                        "archive",
                        Map.of("month", "2026-01"),
                        "file",
                        "usage-2026-01.db",
                        null));
        assertThat(found.get(1).toList().get(2)).isEqualTo(Map.of("month", "2026-02"));
        assertThat(found.get(1).toList().get(5)).asString().contains("not a database");
        assertThat(audit().rows()).isEqualTo(40);
    }

    @Test
    void a_rebuild_makes_the_days_of_archived_months_too_but_for_those_that_it_cannot_read() throws Exception {
        archive("2026-01", "");
        archive("2026-02", "");
        change(folder.resolve("usage.db"), "DELETE FROM daily_usage WHERE date < '2026-02'");
        RebuildReport report = new Rebuild(source()).run();
        assertThat(report.changesTotal()).isEqualTo(28);
        assertThat(audit().differences()).isEmpty();

        Files.move(file("2026-01"), folder.resolve("aside"));
        RebuildReport partly = new Rebuild(source()).run();
        assertThat(partly.leftAlone()).containsExactly("2026-01");
        assertThat(partly.changes()).isEmpty();
        Files.move(folder.resolve("aside"), file("2026-01"));
        assertThat(audit().differences()).isEmpty();
    }

    @Test
    void gives_no_false_difference_while_rows_are_written_and_moved() throws Exception {
        archive("2026-01", "");
        ExecutorService others = Executors.newSingleThreadExecutor();
        CountDownLatch audited = new CountDownLatch(1);
        try {
            Future<?> moving = others.submit(() -> {
                for (int i = 0; i < 40; i++) {
                    if (i == 20) {
                        // However quick the rows are, one audit lies before the last of them and one after.
                        audited.await();
                    }
                    // Late rows of a month that has left, moved after it at once; and rows of the day.
                    ledger.write("late" + i, List.of(late("late-" + i)));
                    moveLate("2026-01");
                    ledger.write("now" + i, rows("2026-04", 1, "now-" + i + "-"));
                }
                return null;
            });
            List<Long> rows = new ArrayList<>();
            int restless = 0;
            do {
                try {
                    AuditReport report = audit();
                    assertThat(report.differences()).isEmpty();
                    rows.add(report.rows());
                } catch (LedgerException e) {
                    assertThat(e).hasMessageContaining("the archive of 2026-01");
                    restless++;
                }
                audited.countDown();
            } while (!moving.isDone());
            moving.get(30, TimeUnit.SECONDS);
            assertThat(rows.size() + restless).isGreaterThan(1);
            assertThat(audit().rows()).isEqualTo(200);
            assertThat(audit().differences()).isEmpty();
        } finally {
            others.shutdownNow();
        }
    }

    private Path file(String month) {
        return folder.resolve("usage-" + month + ".db");
    }

    /** Copies all of the month, names the file, and takes those rows out of the ledger that the condition allows. */
    private void archive(String month, String condition) throws SQLException {
        Path file = file(month);
        String table = ledger.text("SELECT sql FROM sqlite_schema WHERE name = 'session_usage'");
        change(file, table);
        try (Connection mover = open(folder.resolve("usage.db"));
                Statement statement = mover.createStatement()) {
            statement.execute("ATTACH '" + file + "' AS old");
            statement.executeUpdate("INSERT INTO old.session_usage (" + COLUMNS + ") SELECT " + COLUMNS
                    + " FROM main.session_usage WHERE created_at LIKE '" + month + "%'");
            statement.executeUpdate("INSERT INTO archive (month, file, archived_at) VALUES ('" + month + "', '"
                    + file.getFileName() + "', '2026-04-01T00:00:00Z')");
            statement.executeUpdate(
                    "DELETE FROM main.session_usage WHERE created_at LIKE '" + month + "%'" + condition);
        }
    }

    private void moveLate(String month) throws SQLException {
        try (Connection mover = open(folder.resolve("usage.db"));
                Statement statement = mover.createStatement()) {
            statement.execute("ATTACH '" + file(month) + "' AS old");
            statement.executeUpdate("INSERT INTO old.session_usage (" + COLUMNS + ") SELECT " + COLUMNS
                    + " FROM main.session_usage WHERE created_at LIKE '" + month + "%' ON CONFLICT DO NOTHING");
            statement.executeUpdate("DELETE FROM main.session_usage WHERE created_at LIKE '" + month + "%'");
        }
    }

    private static void change(Path file, String sql) throws SQLException {
        try (Connection connection = open(file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static Connection open(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=10000");
    }

    private static UsageRecord late(String id) {
        return Records.settled(Records.opened(id, "user-2", "gpt-4o", Instant.parse("2026-01-31T23:59:59.999Z")));
    }

    private static List<UsageRecord> rows(String month, int count) {
        return rows(month, count, month + "-");
    }

    /** On the first 28 days, one after another. */
    private static List<UsageRecord> rows(String month, int count, String id) {
        List<UsageRecord> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instant at = Instant.parse("%s-%02dT08:00:00Z".formatted(month, 1 + i % 28));
            rows.add(Records.settled(Records.opened(id + i, "user-1", "gpt-4o", at)));
        }
        return rows;
    }

    private LedgerSource source() {
        return new LedgerSource("jdbc:sqlite:" + folder.resolve("usage.db"));
    }

    private AuditReport audit() throws InterruptedException {
        return AuditLedgers.audit(source(), Clock.systemUTC());
    }

    private List<Tuple> found() throws InterruptedException {
        return audit().differences().stream()
                .map(one -> tuple(one.check(), one.table(), one.key(), one.field(), one.expected(), one.found()))
                .toList();
    }
}
