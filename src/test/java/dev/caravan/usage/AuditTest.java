package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an audit finds, in a ledger that the program's own statements wrote, and someone else changed. */
class AuditTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T08:00:00.5Z"), ZoneOffset.UTC);
    private static final Instant NEXT_DAY = Records.NOON.plus(Duration.ofDays(1));
    private static final Instant NEXT_MONTH = Instant.parse("2026-12-01T00:00:00Z");
    private static final Map<String, String> DAY =
            Map.of("date", "2026-11-22", "user_id", "user-1", "model_id", "gpt-4o");

    @TempDir
    Path folder;

    private TestLedger ledger;

    @BeforeEach
    void open() throws Exception {
        ledger = new TestLedger(folder.resolve("usage.db"));
        AuditLedgers.addPrice(ledger.connection());
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
    }

    @Test
    void an_empty_ledger_is_sound() throws Exception {
        assertThat(audit()).isEqualTo(new AuditReport("2026-11-23T08:00:00Z", 0, 0, 0, 0, 0, List.of()));
    }

    @Test
    void a_ledger_that_the_program_wrote_is_sound() throws Exception {
        writeSome();
        ledger.write("j2", List.of(AuditLedgers.lost("lost", Records.NOON), AuditLedgers.cached("cached")));
        ledger.write("j2", List.of(Records.settled("a")));
        ledger.write("j2", AuditLedgers.uncommonKeys());

        AuditReport report = audit();
        assertThat(report.differences()).isEmpty();
        assertThat(report.sound()).isTrue();
        long rows = ledger.number("SELECT COUNT(*) FROM session_usage");
        assertThat(List.of(report.rows(), report.opened(), report.settled(), report.inFlight()))
                .containsExactly(rows, rows, rows, 0L);
    }

    @Test
    void is_written_as_the_contract_has_it() throws Exception {
        writeSome();
        tamper("UPDATE daily_usage SET total_tokens = total_tokens + 1 WHERE date = '2026-11-22'");
        JsonNode json = audit().json();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "sound",
                        "checked_at",
                        "rows",
                        "opened",
                        "settled",
                        "in_flight",
                        "differences_total",
                        "differences");
        assertThat(json.at("/differences/0"))
                .hasToString("{\"check\":\"day_is_sum_of_rows\",\"table\":\"daily_usage\",\"key\":"
                        + "{\"date\":\"2026-11-22\",\"user_id\":\"user-1\",\"model_id\":\"gpt-4o\"},"
                        + "\"field\":\"total_tokens\",\"expected\":740,\"found\":741}");
        assertThat(json.get("sound").booleanValue()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "request_count",
        "ok_count",
        "lost_count",
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "cached_tokens",
        "cache_write_tokens",
        "cache_write_1h_tokens",
        "reasoning_tokens",
        "input_cost_micros",
        "output_cost_micros",
        "latency_ms_sum"
    })
    void finds_each_counter_of_a_day_and_of_a_month_that_was_changed(String field) throws Exception {
        writeSome();
        long day = ledger.number("SELECT " + field + " FROM daily_usage WHERE date = '2026-11-22'");
        long month = ledger.number("SELECT " + field + " FROM monthly_usage WHERE month = '2026-12'");
        tamper("UPDATE daily_usage SET " + field + " = " + field + " + 1 WHERE date = '2026-11-22'");
        tamper("UPDATE monthly_usage SET " + field + " = " + field + " - 1 WHERE month = '2026-12'");

        long november = ledger.number("SELECT SUM(" + field + ") FROM daily_usage WHERE date < '2026-12'");
        assertThat(found())
                .containsExactly(
                        tuple("day_is_sum_of_rows", "daily_usage", DAY, field, day, day + 1),
                        tuple("month_is_sum_of_days", "monthly_usage", month("2026-11"), field, november, november - 1),
                        tuple("month_is_sum_of_days", "monthly_usage", month("2026-12"), field, month, month - 1));
    }

    @Test
    void finds_a_row_that_was_deleted() throws Exception {
        writeSome();
        end();
        tamper("DELETE FROM session_usage WHERE request_id = 'c'");
        assertThat(found())
                .containsExactly(
                        tuple("day_is_sum_of_rows", "daily_usage", day("2026-11-23"), "request_count", null, 1L),
                        tuple("journal_is_sum_of_rows", "journal", Map.of("journal_id", "j1"), "settled", 3L, 4L),
                        tuple(
                                "opened_is_settled_and_in_flight",
                                "journal",
                                Map.of("journal_id", "j1"),
                                "opened",
                                3L,
                                4L));
        assertThat(audit().inFlight()).isEqualTo(1);
    }

    @Test
    void finds_a_row_that_was_added_behind_the_programs_back() throws Exception {
        writeSome();
        tamper(
                "INSERT INTO session_usage (request_id, session_id, user_id, requested_model, model_id, provider, endpoint,"
                        + " stream, status, usage_source, prompt_tokens, completion_tokens, total_tokens, cached_tokens,"
                        + " cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, input_cost_micros,"
                        + " output_cost_micros, price_version, latency_ms, created_at, ended_at, journal_id)"
                        + " SELECT 'forged', session_id, user_id, requested_model, model_id, provider, endpoint, stream, status,"
                        + " usage_source, 0, 0, 0, 0, 0, 0, 0, 0, 0, price_version, 0, created_at, ended_at, 'forged'"
                        + " FROM session_usage WHERE request_id = 'c'");
        assertThat(found())
                .containsExactly(
                        tuple(
                                "journal_is_known",
                                "journal",
                                Map.of("journal_id", "forged"),
                                "journal_id",
                                "forged",
                                null),
                        tuple("day_is_sum_of_rows", "daily_usage", day("2026-11-23"), "request_count", 2L, 1L),
                        tuple("day_is_sum_of_rows", "daily_usage", day("2026-11-23"), "ok_count", 2L, 1L));
    }

    @Test
    void finds_a_cost_that_does_not_follow_from_tokens_and_prices() throws Exception {
        writeSome();
        // In the row, the day and the month alike, so that only the prices can tell.
        for (String place : List.of(
                "session_usage SET output_cost_micros = output_cost_micros - 1 WHERE request_id = 'c'",
                "daily_usage SET output_cost_micros = output_cost_micros - 1 WHERE date = '2026-11-23'",
                "monthly_usage SET output_cost_micros = output_cost_micros - 1 WHERE month = '2026-11'")) {
            tamper("UPDATE " + place);
        }
        assertThat(found())
                .containsExactly(tuple(
                        "cost_is_recomputed",
                        "session_usage",
                        Map.of("request_id", "c"),
                        "output_cost_micros",
                        6600L,
                        6599L));
    }

    @Test
    void finds_tokens_that_cannot_be() throws Exception {
        ledger.write("j1", List.of(Records.settled("a")));
        tamper("UPDATE session_usage SET cached_tokens = 151, reasoning_tokens = -1, total_tokens = 371");
        assertThat(found())
                .extracting(Tuple::toList)
                .extracting(list -> list.get(0), list -> list.get(3), list -> list.get(4), list -> list.get(5))
                .contains(
                        tuple("tokens_add_up", "total_tokens", 370L, 371L),
                        tuple("tokens_are_possible", "cached_tokens", 150L, 151L),
                        tuple("tokens_are_possible", "reasoning_tokens", 0L, -1L));
    }

    @Test
    void tells_once_that_a_price_is_gone() throws Exception {
        writeSome();
        tamper("DELETE FROM price");
        Map<String, String> key = Map.of("price_version", "2026-11-22", "model_id", "gpt-4o");
        assertThat(found())
                .containsExactly(tuple("price_is_known", "price", key, "pricing", "the prices of request a", null));
        tamper("INSERT INTO price VALUES ('2026-11-22', 'gpt-4o', '{\"input\": cheap}', '')");
        assertThat(found())
                .containsExactly(tuple(
                        "price_is_known", "price", key, "pricing", "the prices of request a", "{\"input\": cheap}"));
    }

    @Test
    void finds_days_and_months_that_nobody_needs_and_those_that_are_missing() throws Exception {
        writeSome();
        tamper("INSERT INTO daily_usage (date, user_id, model_id, provider, " + RollupSums.COLUMNS
                + ") SELECT '2031-01-01', user_id, model_id, provider, " + RollupSums.COLUMNS + " FROM daily_usage"
                + " WHERE date = '2026-11-22'");
        tamper("DELETE FROM daily_usage WHERE date = '2026-11-23'");
        tamper("DELETE FROM monthly_usage WHERE month = '2026-12'");
        assertThat(found())
                .contains(
                        tuple("day_is_sum_of_rows", "daily_usage", day("2026-11-23"), "request_count", 1L, null),
                        tuple("day_is_sum_of_rows", "daily_usage", day("2031-01-01"), "request_count", null, 2L),
                        tuple("month_is_sum_of_days", "monthly_usage", month("2026-12"), "request_count", 1L, null),
                        tuple("month_is_sum_of_days", "monthly_usage", month("2031-01"), "request_count", 2L, null));
    }

    @Test
    void looks_at_what_has_no_date_too() throws Exception {
        writeSome();
        tamper("UPDATE daily_usage SET date = '2026-11-22 noon' WHERE date = '2026-11-22'");
        tamper("UPDATE session_usage SET created_at = 'never' WHERE request_id = 'd'");
        assertThat(found())
                .containsExactlyInAnyOrder(
                        tuple("day_is_sum_of_rows", "daily_usage", DAY, "request_count", 2L, null),
                        tuple("day_is_sum_of_rows", "daily_usage", day("2026-11-22 noon"), "request_count", null, 2L),
                        tuple("day_is_sum_of_rows", "daily_usage", day("2026-12-01"), "request_count", null, 1L),
                        tuple("day_is_sum_of_rows", "daily_usage", day("never"), "request_count", 1L, null));
    }

    @Test
    void takes_what_a_living_journal_has_not_settled_as_in_flight_and_that_of_an_ended_one_as_lost() throws Exception {
        writeSome();
        tamper("UPDATE journal SET opened = 6");
        AuditReport living = audit();
        assertThat(living.differences()).isEmpty();
        assertThat(List.of(living.opened(), living.settled(), living.inFlight()))
                .containsExactly(6L, 4L, 2L);

        end();
        assertThat(found())
                .containsExactly(tuple(
                        "opened_is_settled_and_in_flight", "journal", Map.of("journal_id", "j1"), "opened", 4L, 6L));
        tamper("UPDATE journal SET opened = 3, ended_at = NULL");
        assertThat(found()).hasSize(1);
    }

    @Test
    void takes_rows_that_are_older_than_journals_as_they_are() throws Exception {
        writeSome();
        tamper("UPDATE session_usage SET journal_id = NULL");
        tamper("DELETE FROM journal");
        AuditReport report = audit();
        assertThat(report.sound()).isTrue();
        assertThat(List.of(report.rows(), report.opened(), report.settled())).containsOnly(4L);
    }

    @Test
    void counts_all_differences_and_names_the_first_thousand() throws Exception {
        ledger.write("j1", AuditLedgers.users(0, 1_200));
        tamper("UPDATE daily_usage SET cached_tokens = cached_tokens + 1");
        tamper("UPDATE monthly_usage SET cached_tokens = cached_tokens + 1");
        AuditReport report = audit();
        assertThat(report.differencesTotal()).isEqualTo(1_200);
        assertThat(report.differences()).hasSize(1_000);
    }

    @Test
    void sees_one_moment_and_keeps_nobody_from_writing() throws Exception {
        writeSome();
        LedgerSource source = source();
        try (var moment = source.snapshot();
                Statement statement = moment.createStatement()) {
            ledger.write("j1", List.of(Records.settled("later")));
            try (var row = statement.executeQuery("SELECT COUNT(*) FROM session_usage")) {
                assertThat(row.getLong(1)).isEqualTo(4);
            }
            assertThatThrownBy(() -> statement.executeUpdate("DELETE FROM session_usage"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(audit().rows()).isEqualTo(5);
    }

    @Test
    void makes_no_database_where_there_is_none() {
        Path nowhere = folder.resolve("other.db");
        assertThatThrownBy(() -> AuditLedgers.audit(new LedgerSource("jdbc:sqlite:" + nowhere), CLOCK))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("there is no such file");
        assertThat(Files.exists(nowhere)).isFalse();
    }

    @Test
    void says_that_a_ledger_of_another_version_has_to_be_migrated_first() throws Exception {
        tamper("DELETE FROM schema_version WHERE version > 1");
        assertThatThrownBy(this::audit)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("start this gateway on it once");
    }

    /** Two rows of one day, one of the next, one of the next month. */
    private void writeSome() throws SQLException {
        ledger.write(
                "j1",
                List.of(
                        Records.settled("a"),
                        Records.settled("b"),
                        Records.settled(Records.opened("c", "user-1", "gpt-4o", NEXT_DAY)),
                        Records.settled(Records.opened("d", "user-1", "gpt-4o", NEXT_MONTH))));
    }

    private void end() throws SQLException {
        tamper("UPDATE journal SET ended_at = '2026-12-01T00:00:00Z'");
    }

    private void tamper(String sql) throws SQLException {
        try (Statement statement = ledger.connection().createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private static Map<String, String> day(String date) {
        return Map.of("date", date, "user_id", "user-1", "model_id", "gpt-4o");
    }

    private static Map<String, String> month(String month) {
        return Map.of("month", month, "user_id", "user-1", "model_id", "gpt-4o");
    }

    private LedgerSource source() {
        return new LedgerSource("jdbc:sqlite:" + folder.resolve("usage.db"));
    }

    private AuditReport audit() throws InterruptedException {
        return AuditLedgers.audit(source(), CLOCK);
    }

    private List<Tuple> found() throws InterruptedException {
        AuditReport report = audit();
        assertThat(report.differencesTotal()).isEqualTo(report.differences().size());
        return report.differences().stream()
                .map(one -> tuple(one.check(), one.table(), one.key(), one.field(), one.expected(), one.found()))
                .toList();
    }
}
