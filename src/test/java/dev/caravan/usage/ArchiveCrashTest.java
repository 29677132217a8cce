package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Archiving by a process that is really killed, again and again, while another one writes. */
@Timeout(180)
class ArchiveCrashTest {

    private static final int SESSIONS = 4;

    @TempDir
    Path folder;

    @Test
    void a_killed_process_loses_and_doubles_nothing() throws Exception {
        Path file = folder.resolve("usage.db");
        Random random = new Random(3);
        int written = 0;
        try (TestLedger ledger = new TestLedger(file)) {
            for (int month = 1; month <= 6; month++) {
                ledger.write(records(month, written, 4_000));
                written += 4_000;
            }
            int kills = 0;
            String last = "";
            while (last != null && kills < 60) {
                // At any moment: so many stages, and then a little, after the start.
                int stages = 1 + random.nextInt(12);
                Process process = ArchiveProcess.start(file);
                try (BufferedReader said = process.inputReader()) {
                    for (int i = 0; i < stages && last != null; i++) {
                        last = said.readLine();
                    }
                    if (last != null) {
                        ledger.write(records(1 + random.nextInt(6), written, 20));
                        written += 20;
                        process.toHandle().destroyForcibly();
                        kills++;
                    }
                }
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
                assertThat(seen(file, ledger))
                        .as("requests after %s kills", kills)
                        .isEqualTo(written);
            }
            assertThat(kills).isGreaterThan(3);
            // One more: the last rows came after the last whole run.
            Process process = ArchiveProcess.start(file);
            process.inputReader().lines().forEach(line -> assertThat(line).isNotEmpty());
            assertThat(process.waitFor()).isZero();

            assertThat(seen(file, ledger)).isEqualTo(written);
            assertThat(ledger.number("SELECT SUM(request_count) FROM daily_usage"))
                    .isEqualTo(written);
            assertThat(ledger.number("SELECT COUNT(*) FROM session_usage WHERE created_at < '2026-06'"))
                    .isZero();
            long moved = 0;
            for (int month = 1; month < 6; month++) {
                String name = "usage-2026-0" + month + ".db";
                try (Connection archive = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(name));
                        Statement statement = archive.createStatement()) {
                    assertThat(statement.executeQuery("PRAGMA integrity_check").getString(1))
                            .isEqualTo("ok");
                    moved += statement
                            .executeQuery("SELECT COUNT(*) FROM session_usage")
                            .getLong(1);
                }
            }
            assertThat(moved + ledger.number("SELECT COUNT(*) FROM session_usage"))
                    .isEqualTo(written);
            assertThat(ledger.text("PRAGMA integrity_check")).isEqualTo("ok");
        }
    }

    /** What the session look-ups find, all sessions together. */
    private static long seen(Path file, TestLedger ledger) throws Exception {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file + "?busy_timeout=5000");
        long seen = 0;
        try (Archive archive = new Archive(file, 0, ArchiveProcess.NOW)) {
            ArchivedRows rows = new ArchivedRows(archive, source);
            for (int i = 0; i < SESSIONS; i++) {
                UsageQuery query = UsageQuery.session("s" + i, name -> null);
                SessionRows found = rows.session(query);
                seen += LedgerFields.only(
                                found == null
                                        ? ledger.query("select-session-totals.sql", query.parameters())
                                        : found.totals())
                        .number("request_count");
            }
        }
        return seen;
    }

    private static List<UsageRecord> records(int month, int first, int count) {
        List<UsageRecord> records = new ArrayList<>();
        Instant begin = Instant.parse("2026-0" + month + "-01T00:00:00Z");
        for (int i = first; i < first + count; i++) {
            OpenedRequest opened = new OpenedRequest(
                    "r" + i,
                    null,
                    "s" + i % SESSIONS,
                    "u",
                    "m",
                    "m",
                    "openai",
                    "/api",
                    false,
                    begin.plusSeconds(i % 4_000 * 600L),
                    "v");
            records.add(Records.settled(opened));
        }
        return records;
    }
}
