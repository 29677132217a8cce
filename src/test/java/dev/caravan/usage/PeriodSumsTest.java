package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sums of a period, made of whole months and single days, are those of its days. */
class PeriodSumsTest {

    @TempDir
    Path folder;

    @Test
    void every_period_has_the_sums_of_its_days() throws Exception {
        try (TestLedger ledger = new TestLedger(folder.resolve("usage.db"))) {
            Random random = new Random(5);
            List<UsageRecord> records = new ArrayList<>();
            LocalDate first = LocalDate.parse("2025-11-20");
            for (int i = 0; i < 3_000; i++) {
                Instant at = Instant.parse(first + "T00:00:00Z").plusSeconds(random.nextInt(130 * 24) * 3_600L);
                OpenedRequest opened = Records.opened("r" + i, "u" + i % 3, "m" + i % 4, at);
                records.add(Records.settled(
                        opened, RequestStatus.OK, Records.usage(i, 1), new Cost(i, 7), random.nextInt(500)));
            }
            ledger.write(records);
            for (int from = -1; from < 75; from += 3) {
                for (int to = from; to < 131; to += 7) {
                    Map<String, String> filter = new HashMap<>();
                    filter.put("from", first.plusDays(from).toString());
                    filter.put("to", first.plusDays(to).toString());
                    compare(ledger, filter);
                }
            }
            for (String month : List.of("2025-11-01 2025-11-30", "2025-12-01 2026-02-28", "2025-12-01 2025-12-31")) {
                compare(ledger, Map.of("from", month.split(" ")[0], "to", month.split(" ")[1]));
            }
            compare(ledger, Map.of());
            compare(ledger, Map.of("user_id", "u1", "model", "m2", "from", "2025-11-30"));
            compare(ledger, Map.of("provider", "openai", "to", "2026-02-01"));
            compare(ledger, Map.of("provider", "nobody"));
        }
    }

    @Test
    void a_provider_has_the_days_that_were_its_own_also_when_the_model_moved_within_the_month() throws Exception {
        try (TestLedger ledger = new TestLedger(folder.resolve("usage.db"))) {
            ledger.write(List.of(Records.settled("a")));
            ledger.connection().createStatement().execute("UPDATE monthly_usage SET provider = 'other'");
            assertThat(LedgerFields.only(ledger.query(
                                    "select-summary-totals.sql",
                                    UsageQuery.summary(Map.of("provider", "openai")::get)
                                            .parameters()))
                            .number("request_count"))
                    .isEqualTo(1);
        }
    }

    private static void compare(TestLedger ledger, Map<String, String> filter) throws SQLException {
        Map<String, String> file = new HashMap<>(filter);
        file.put("format", "csv");
        UsageQuery days = UsageQuery.daily(file::get);
        Sums sums = new Sums();
        Map<String, Long> models = new TreeMap<>();
        for (Map<String, Object> row : ledger.query("select-daily-usage-page.sql", days.parameters())) {
            sums.add(List.of(row), 1);
            models.merge(row.get("model_id").toString(), new LedgerFields(row).number("total_tokens"), Long::sum);
        }
        Map<String, Object> expected = sums.row();
        UsageQuery summary = UsageQuery.summary(filter::get);
        Sums totals = new Sums();
        totals.add(ledger.query("select-daily-usage-totals.sql", days.parameters()), 1);
        assertThat(totals.row()).as("daily %s", filter).isEqualTo(expected);
        Sums period = new Sums();
        period.add(ledger.query("select-summary-totals.sql", summary.parameters()), 1);
        assertThat(period.row()).as("summary %s", filter).isEqualTo(expected);
        Map<String, Long> byModel = new TreeMap<>();
        for (Map<String, Object> row : ledger.query("select-summary-by-model.sql", summary.parameters())) {
            byModel.put(row.get("model_id").toString(), new LedgerFields(row).number("total_tokens"));
        }
        assertThat(byModel).as("by model %s", filter).isEqualTo(models);
    }
}
