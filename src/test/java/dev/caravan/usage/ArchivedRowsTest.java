package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Each answer over ledger and archives is held against that of a ledger which was never archived. */
class ArchivedRowsTest {

    private static final Clock NOW = Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private Path file;
    private TestLedger whole;
    private TestLedger archived;
    private ArchivedRows rows;
    private Archive asked;

    @BeforeEach
    void fill() throws SQLException {
        whole = new TestLedger(folder.resolve("whole.db"));
        file = folder.resolve("usage.db");
        archived = new TestLedger(file);
        Random random = new Random(7);
        List<UsageRecord> records = new ArrayList<>();
        for (int i = 0; i < 4_500; i++) {
            // Five months and a half, some times more than once.
            Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(14_300) * 1000L);
            records.add(record("r" + i, at, random));
        }
        write(records);
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file + "?busy_timeout=5000");
        asked = new Archive(file, 0, NOW);
        rows = new ArchivedRows(asked, source);
    }

    @AfterEach
    void close() throws SQLException {
        asked.close();
        whole.close();
        archived.close();
    }

    @Test
    void leaves_a_ledger_that_was_never_archived_to_itself() throws Exception {
        assertThat(rows.session(session("s1", null, null))).isNull();
    }

    @Test
    void sessions_and_p95_are_whole_at_every_stage() throws Exception {
        Random random = new Random(9);
        List<ArchiveStage> seen = new ArrayList<>();
        run(stage -> {
            try {
                seen.add(stage);
                if (stage == ArchiveStage.DROPPED) {
                    // Rows that come late, of months that have left, are leaving and will leave.
                    for (String day : List.of("2025-11-05", "2026-01-20", "2026-03-10", "2026-05-30")) {
                        write(List.of(record("late" + seen.size() + day, Instant.parse(day + "T00:00:00Z"), random)));
                    }
                }
                if (stage != ArchiveStage.DROPPED || seen.size() % 3 == 0) {
                    compareSessions("40");
                    compareP95();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(seen).contains(ArchiveStage.values());
        assertThat(archived.number("SELECT COUNT(*) FROM session_usage WHERE created_at < '2026-06'"))
                .as("late rows")
                .isPositive();
        run(stage -> {
            try {
                compareSessions("40");
                compareP95();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(archived.number("SELECT COUNT(*) FROM session_usage WHERE created_at < '2026-06'"))
                .isZero();
        compareSessions(null);
        compareSessions("1000");
        compareP95();
    }

    @Test
    void an_unknown_session_stays_unknown() throws Exception {
        run(stage -> {});
        SessionRows found = rows.session(session("nobody", null, null));
        assertThat(found.totals().get(0)).containsEntry("request_count", 0L);
        assertThat(found.page()).isEmpty();
    }

    @Test
    void goes_without_a_file_that_was_put_away_and_says_which() throws Exception {
        run(stage -> {});
        Path january = folder.resolve("usage-2026-01.db");
        Files.move(january, folder.resolve("elsewhere"));

        long left =
                whole.number("SELECT COUNT(*) FROM session_usage WHERE session_id = 's1' AND created_at > '2026-02'");
        assertThat(rows.session(session("s1", null, null)).totals().get(0)).containsEntry("request_count", left);
        assertThat(asked.missing()).containsExactly(january);
        assertThat(january).doesNotExist();

        Files.move(folder.resolve("elsewhere"), january);
        compareSessions(null);
        assertThat(asked.missing()).isEmpty();
    }

    @Test
    void a_record_of_an_archived_month_is_written_once() throws Exception {
        UsageRecord known = record("r1", Instant.parse("2026-02-10T00:00:00Z"), new Random(1));
        UsageRecord lost = record("r2", Instant.parse("2026-02-11T00:00:00Z"), new Random(1));
        UsageRecord older = record("r3", Instant.parse("2024-02-11T00:00:00Z"), new Random(1));
        UsageRecord now = record("r4", Instant.parse("2026-06-11T00:00:00Z"), new Random(1));
        try (TestLedger ledger = new TestLedger(folder.resolve("small/usage.db"))) {
            Path small = folder.resolve("small/usage.db");
            assertThat(rows.unarchived(ledger.connection(), LedgerRow.batch("j", List.of(known, now))))
                    .hasSize(2);
            ledger.write(List.of(known));
            try (Archive archive = new Archive(small, 1, NOW)) {
                archive.run();
                SQLiteDataSource source = new SQLiteDataSource();
                source.setUrl("jdbc:sqlite:" + small);
                ArchivedRows smallRows = new ArchivedRows(archive, source);
                assertThat(smallRows.unarchived(
                                ledger.connection(), LedgerRow.batch("j", List.of(known, lost, older, now))))
                        .extracting(row -> row.get("request_id"))
                        .containsExactlyInAnyOrder("r2", "r3", "r4");
            }
        }
    }

    private void compareSessions(String limit) throws SQLException {
        for (String id : List.of("s0", "s1", "rare")) {
            String cursor = null;
            int pages = 0;
            do {
                UsageQuery query = session(id, limit, cursor);
                SessionRows found = rows.session(query);
                ObjectNode answer = found == null
                        ? answer(archived, query)
                        : UsageAnswers.session(query, found.totals(), found.page());
                assertThat(answer.toString()).isEqualTo(answer(whole, query).toString());
                JsonNode next = answer.get("next_cursor");
                cursor = next.isNull() ? null : next.asText();
                pages++;
            } while (cursor != null);
            assertThat(pages).isPositive();
        }
    }

    private void compareP95() throws SQLException {
        for (Map<String, String> filter : List.<Map<String, String>>of(
                Map.of(),
                Map.of("model", "m1"),
                Map.of("user_id", "u2", "from", "2026-01-17", "to", "2026-04-03"),
                Map.of("from", "2026-03-09", "to", "2026-03-12"),
                Map.of("date", "2026-01-20"),
                Map.of("from", "2026-06-01"),
                Map.of("date", "2025-11-05"),
                Map.of("user_id", "nobody"))) {
            UsageQuery query = UsageQuery.summary(filter::get);
            List<Long> latencies = new ArrayList<>();
            for (Map<String, Object> row : whole.query("select-latencies.sql", query.parameters())) {
                latencies.addAll(Collections.nCopies(
                        ((Number) row.get("request_count")).intValue(), ((Number) row.get("latency_ms")).longValue()));
            }
            Collections.sort(latencies);
            List<Map<String, Object>> found = rows.p95(query);
            List<Long> answer = (found == null ? archived.query("select-summary-p95.sql", query.parameters()) : found)
                    .stream()
                            .map(row -> ((Number) row.get("latency_ms")).longValue())
                            .toList();
            assertThat(answer)
                    .as("p95 of %s", filter)
                    .isEqualTo(
                            latencies.isEmpty()
                                    ? List.of()
                                    : List.of(latencies.get((latencies.size() * 95 + 99) / 100 - 1)));
        }
    }

    private static ObjectNode answer(TestLedger ledger, UsageQuery query) throws SQLException {
        return UsageAnswers.session(
                query,
                ledger.query("select-session-totals.sql", query.parameters()),
                ledger.query("select-session-requests.sql", query.parameters()));
    }

    private static UsageQuery session(String id, String limit, String cursor) {
        UnaryOperator<String> raw = name -> name.equals("limit") ? limit : name.equals("cursor") ? cursor : null;
        return UsageQuery.session(id, raw);
    }

    private void run(Consumer<ArchiveStage> stages) {
        try (Archive archive = new Archive(file, 1, NOW, stages)) {
            assertThat(archive.run()).isNotNull();
        }
    }

    private void write(List<UsageRecord> records) throws SQLException {
        whole.write(records);
        archived.write(records);
    }

    private static UsageRecord record(String id, Instant at, Random random) {
        int kind = random.nextInt(300);
        OpenedRequest opened = new OpenedRequest(
                id,
                null,
                kind == 0 ? "rare" : "s" + kind % 40,
                "u" + kind % 3,
                "m",
                "m" + kind % 2,
                "openai",
                "/api/chat/completions",
                false,
                at,
                "v");
        RequestStatus status = kind % 11 == 0 ? RequestStatus.LOST : RequestStatus.OK;
        return Records.settled(
                opened,
                status,
                Records.usage(random.nextInt(1000), random.nextInt(1000)),
                new Cost(random.nextInt(100_000), random.nextInt(100_000)),
                random.nextInt(3000));
    }
}
