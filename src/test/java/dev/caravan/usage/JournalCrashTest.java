package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.usage.JournalReplay.Report;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The journal of a process that dies, and of one whose disk is full: real processes, real signals. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class JournalCrashTest {

    @TempDir
    Path folder;

    @RepeatedTest(3)
    void a_killed_process_loses_nothing_that_it_had_promised() throws Exception {
        Set<String> opened = new HashSet<>();
        Set<String> settled = new HashSet<>();
        Process process = JournalProcess.start(folder, "load");
        try (BufferedReader said = process.inputReader()) {
            String line;
            while ((line = said.readLine()) != null) {
                (line.startsWith("O ") ? opened : settled).add(line.substring(2));
                if (settled.size() == 20_000) {
                    // Not the process's own method, which also closes the stream that is still to be read.
                    process.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(settled).hasSizeGreaterThanOrEqualTo(20_000);

        List<UsageRecord> replayed = new ArrayList<>();
        Report report = new JournalReplay(folder).replay((journal, records) -> replayed.addAll(records));

        Set<String> ok = new HashSet<>();
        Set<String> all = new HashSet<>();
        for (UsageRecord record : replayed) {
            String id = record.opened().requestId();
            assertThat(all.add(id)).as(id).isTrue();
            if (record.status() == RequestStatus.OK) {
                assertThat(record.equals(Records.settled(id))).as(id).isTrue();
                ok.add(id);
            }
        }
        settled.removeAll(ok);
        opened.removeAll(all);
        assertThat(settled).as("answered, and not in the ledger as such").isEmpty();
        assertThat(opened).as("called, and not in the ledger").isEmpty();
        assertThat(report.lost()).isLessThanOrEqualTo(8);
        assertThat(report.damagedLines()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_full_disk_refuses_new_requests_and_loses_none_that_was_answered() throws Exception {
        Process process = JournalProcess.start(folder, "fill", "bash", "-c", "ulimit -S -f 64; exec \"$@\"", "bash");
        int count;
        try (BufferedReader said = process.inputReader()) {
            assertThat(said.readLine()).isEqualTo("refused LEDGER_UNAVAILABLE PT5S");
            String[] full = said.readLine().split(" ");
            count = Integer.parseInt(full[1]);
            assertThat(count).isGreaterThan(100);
            // full[2] says whether the last append worked; a shorter line may still fit where a longer one did not.
            assertThat(Integer.parseInt(full[3])).as("in memory").isBetween(count - 2, count);
            assertThat(Integer.parseInt(full[4])).as("not written").isEqualTo(count);
            assertThat(Integer.parseInt(full[5])).as("offered to the ledger").isPositive();

            new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--fsize=unlimited")
                    .inheritIO()
                    .start()
                    .waitFor();

            assertThat(said.readLine()).isEqualTo("healed " + count);
        }
        process.waitFor();

        List<UsageRecord> replayed = new ArrayList<>();
        Report report = new JournalReplay(folder).replay((journal, records) -> replayed.addAll(records));

        assertThat(report).isEqualTo(new Report(1, count, 1, 0));
        for (int i = 0; i < count; i++) {
            assertThat(replayed).contains(Records.settled("r" + i));
        }
    }
}
