package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.wire.TokenUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchiveTest {

    private static final Clock NOW = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    /** Of two years' autumn; the last one is not over. */
    private static final List<String> MONTHS = List.of("2025-09", "2025-12", "2026-01", "2026-11");

    private static final int ROWS = 2_500;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void fill() throws SQLException {
        file = folder.resolve("usage.db");
        try (TestLedger ledger = new TestLedger(file)) {
            for (String month : MONTHS) {
                List<UsageRecord> records = new ArrayList<>();
                for (int i = 0; i < ROWS; i++) {
                    records.add(record(month, i));
                }
                ledger.write(records);
            }
        }
    }

    @Test
    void moves_the_months_that_are_over_and_keeps_their_sums() throws Exception {
        List<String> before = everyRow();
        String sums = sums();

        assertThat(run(1)).isEqualTo(new Archive.Report(List.of("2025-09", "2025-12", "2026-01"), true));

        assertThat(everyRow()).isEqualTo(before);
        assertThat(sums()).isEqualTo(sums);
        assertThat(months(file)).isEqualTo(Map.of("2026-11", ROWS));
        for (String month : MONTHS.subList(0, 3)) {
            assertThat(months(archive(month))).isEqualTo(Map.of(month, ROWS));
        }
        assertThat(names())
                .as("an archive at rest is one file")
                .contains("usage-2025-09.db", "usage-2025-12.db", "usage-2026-01.db")
                .noneMatch(name -> name.matches("usage-.*(journal|wal|shm)"));
    }

    @Test
    void stops_at_the_oldest_month_when_that_is_enough() throws Exception {
        long size = Files.size(file);

        assertThat(run(size - 100_000)).isEqualTo(new Archive.Report(List.of("2025-09"), false));

        assertThat(months(file).keySet()).containsExactly("2025-12", "2026-01", "2026-11");
        assertThat(run(size - 100_000)).isEqualTo(new Archive.Report(List.of(), false));
    }

    @Test
    void the_file_becomes_smaller() throws Exception {
        long size = Files.size(file);
        run(1);
        assertThat(Files.size(file)).isLessThan(size * 4 / 10);
    }

    @Test
    void a_file_that_cannot_shrink_is_measured_by_what_it_holds() throws Exception {
        try (Connection connection = open(file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA auto_vacuum = NONE");
            statement.execute("VACUUM");
        }
        long size = Files.size(file);

        assertThat(run(size / 2).full()).isFalse();

        assertThat(Files.size(file)).isEqualTo(size);
        assertThat(months(file)).containsKey("2026-11");
        assertThat(run(size / 2).months()).isEmpty();
    }

    @Test
    void nothing_moves_where_the_size_is_zero_or_not_reached() throws Exception {
        assertThat(run(0)).isEqualTo(new Archive.Report(List.of(), false));
        assertThat(run(1L << 30)).isEqualTo(new Archive.Report(List.of(), false));
        assertThat(months(file)).hasSize(4);
        assertThat(names()).noneMatch(name -> name.startsWith("usage-"));
    }

    @ParameterizedTest
    @EnumSource(ArchiveStage.class)
    void goes_on_where_a_run_was_broken_off(ArchiveStage stage) throws Exception {
        List<String> before = everyRow();
        String sums = sums();
        // The first, the second and a later time that the stage is reached.
        for (int times : new int[] {1, 2, 4}) {
            AtomicInteger left = new AtomicInteger(times);
            try (Archive archive = new Archive(file, 1, NOW, reached -> {
                if (reached == stage && left.decrementAndGet() == 0) {
                    throw new IllegalStateException("crash");
                }
            })) {
                archive.run();
            } catch (IllegalStateException crash) {
                assertThat(crash).hasMessage("crash");
            }
            assertThat(visible()).as("what readers see after %s", stage).isEqualTo(before);
            assertThat(sums()).isEqualTo(sums);
        }
        run(1);
        assertThat(everyRow()).isEqualTo(before);
        assertThat(months(file)).isEqualTo(Map.of("2026-11", ROWS));
    }

    @Test
    void a_row_that_is_written_while_its_month_leaves_is_not_lost() throws Exception {
        AtomicInteger late = new AtomicInteger();
        try (Archive archive = new Archive(file, 1, NOW, stage -> {
            if (stage == ArchiveStage.COPIED || stage == ArchiveStage.DROPPED) {
                int i = late.incrementAndGet();
                try (TestLedger ledger = new TestLedger(file)) {
                    ledger.write(List.of(record("2025-09", ROWS + 2 * i), record("2026-01", ROWS + 2 * i + 1)));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        })) {
            archive.run();
        }
        run(1);

        assertThat(late.get()).isGreaterThan(9);
        assertThat(everyRow()).hasSize(4 * ROWS + 2 * late.get());
        assertThat(months(file)).isEqualTo(Map.of("2026-11", ROWS));
        assertThat(months(archive("2025-09"))).isEqualTo(Map.of("2025-09", ROWS + late.get()));
        assertThat(months(archive("2026-01"))).isEqualTo(Map.of("2026-01", ROWS + late.get()));
    }

    @Test
    void a_row_that_comes_years_late_gets_a_file_of_its_own() throws Exception {
        run(1);
        try (TestLedger ledger = new TestLedger(file)) {
            ledger.write(List.of(record("2024-02", 1)));
        }
        run(1L << 30);
        assertThat(months(archive("2024-02"))).isEqualTo(Map.of("2024-02", 1));
        assertThat(months(file)).isEqualTo(Map.of("2026-11", ROWS));
    }

    @Test
    void a_column_that_came_later_is_archived_too_in_old_files_as_in_new_ones() throws Exception {
        run(Files.size(file) - 100_000);
        try (TestLedger ledger = new TestLedger(file)) {
            ledger.write(List.of(record("2025-09", ROWS)));
            ledger.connection()
                    .createStatement()
                    .execute("ALTER TABLE session_usage ADD COLUMN team TEXT NOT NULL DEFAULT 'none'");
            ledger.connection().createStatement().execute("UPDATE session_usage SET team = 'red'");
        }
        run(1);
        assertThat(one(archive("2025-09"), "SELECT team FROM session_usage WHERE request_id = '2025-09-" + ROWS + "'"))
                .isEqualTo("red");
        assertThat(one(archive("2025-12"), "SELECT MIN(team) FROM session_usage"))
                .isEqualTo("red");
        assertThat(months(file)).isEqualTo(Map.of("2026-11", ROWS));
    }

    @Test
    void a_row_that_the_file_has_otherwise_stays_in_the_ledger() throws Exception {
        AtomicInteger copied = new AtomicInteger();
        try (Archive archive = new Archive(file, 1, NOW, stage -> {
            if (stage == ArchiveStage.COPIED && copied.incrementAndGet() == 1) {
                update(archive("2025-09"), "UPDATE session_usage SET total_tokens = 1 WHERE request_id = '2025-09-7'");
            }
        })) {
            assertThatThrownBy(archive::run)
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("usage-2025-09.db has a row that differs from the ledger's");
        }
        assertThat(months(file)).containsEntry("2025-09", ROWS);
    }

    @Test
    void two_gateways_that_archive_at_once_lose_and_double_nothing() throws Exception {
        List<String> before = everyRow();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger reached = new AtomicInteger();
        try (Archive second = new Archive(file, 1, NOW);
                Archive first = new Archive(file, 1, NOW, stage -> {
                    if (reached.incrementAndGet() % 3 == 0 && second.run() == null) {
                        refused.incrementAndGet();
                    }
                })) {
            assertThat(first.run()).isNotNull();
        }
        assertThat(refused).hasPositiveValue();
        assertThat(everyRow()).isEqualTo(before);
    }

    private Archive.Report run(long above) {
        try (Archive archive = new Archive(file, above, NOW)) {
            Archive.Report report = archive.run();
            assertThat(report).isNotNull();
            return report;
        }
    }

    private static UsageRecord record(String month, int i) {
        // Four rows a time, so that chunks have to end between times.
        Instant at = Instant.parse(month + "-01T00:00:00Z").plusSeconds(i / 4 * 600L);
        OpenedRequest opened = Records.opened(month + "-" + i, "user-" + i % 7, "gpt-4o", at);
        return Records.settled(opened, RequestStatus.OK, usage(i), new Cost(i, 2L * i), 100 + i);
    }

    private static TokenUsage usage(int i) {
        return Records.usage(i, 2L * i);
    }

    private Path archive(String month) {
        return folder.resolve("usage-" + month + ".db");
    }

    private List<String> names() throws Exception {
        try (var found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString()).toList();
        }
    }

    /** All columns of all rows of all files; a row that is in two of them is twice in it. */
    private List<String> everyRow() throws Exception {
        List<String> rows = new ArrayList<>();
        for (String name : names()) {
            if (name.matches("usage(-....-..)?\\.db")) {
                rows.addAll(all(folder.resolve(name), "SELECT * FROM session_usage"));
            }
        }
        return rows.stream().sorted().toList();
    }

    /** What a reader counts who follows the rule of the column moved_until. */
    private List<String> visible() throws Exception {
        List<String> rows = new ArrayList<>(all(file, "SELECT * FROM session_usage"));
        for (String archive : all(file, "SELECT file FROM archive")) {
            rows.addAll(all(
                    folder.resolve(archive),
                    "SELECT * FROM session_usage WHERE created_at < '"
                            + one(file, "SELECT MAX(moved_until) FROM archive") + "'"));
        }
        return rows.stream().sorted().toList();
    }

    private String sums() throws Exception {
        return one(
                file,
                "SELECT (SELECT SUM(request_count)||'|'||SUM(total_tokens)||'|'||SUM(input_cost_micros) FROM daily_usage)"
                        + "||'|'||(SELECT SUM(request_count)||'|'||SUM(total_tokens) FROM monthly_usage)");
    }

    private static Map<String, Integer> months(Path database) throws Exception {
        Map<String, Integer> months = new TreeMap<>();
        for (String month : all(database, "SELECT substr(created_at, 1, 7) FROM session_usage")) {
            months.merge(month, 1, Integer::sum);
        }
        return months;
    }

    private static String one(Path database, String sql) throws SQLException {
        return all(database, sql).get(0);
    }

    private static List<String> all(Path database, String sql) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.append(i == 1 ? "" : "|").append(result.getString(i));
                }
                rows.add(row.toString());
            }
            return rows;
        }
    }

    private static void update(Path database, String sql) {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection open(Path database) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + database + "?busy_timeout=5000");
    }
}
