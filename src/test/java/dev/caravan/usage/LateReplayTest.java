package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.gateway.RunningGateway;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of a dead process is replayed when its months have left the ledger. */
class LateReplayTest {

    @TempDir
    Path folder;

    @Test
    void counts_what_was_written_before_once_and_loses_nothing_that_was_not() throws Exception {
        Path file = folder.resolve("usage.db");
        try (TestLedger ledger = new TestLedger(file)) {
            // The dead process had written the first two of its four, and the database knows others.
            ledger.write(List.of(JournalProcess.old(0), JournalProcess.old(1), JournalProcess.old(9)));
        }
        Clock clock = Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);
        try (Archive archive = new Archive(file, 1, clock)) {
            assertThat(archive.run()).isEqualTo(new Archive.Report(List.of("2026-02"), true));
        }
        for (int written : new int[] {5, 5}) {
            Process dead = JournalProcess.start(Files.createDirectories(folder.resolve("journal")), "old");
            try (BufferedReader said = dead.inputReader()) {
                assertThat(said.readLine()).isEqualTo("S 3");
            }
            dead.waitFor();
            try (RunningGateway gateway = RunningGateway.with()
                    .variable("USAGE_DB_URL", "jdbc:sqlite:" + file)
                    .property("usage.journal-dir", folder.resolve("journal").toString())
                    .start()) {
                var answer = RunningGateway.json(gateway.get("/api/usage/session/session-1"));
                assertThat(answer.at("/request_count").asInt()).isEqualTo(written);
                assertThat(answer.at("/requests").findValuesAsText("request_id"))
                        .containsExactly("old-9", "old-3", "old-2", "old-1", "old-0");
                assertThat(RunningGateway.json(gateway.get("/api/usage/daily"))
                                .at("/request_count")
                                .asInt())
                        .isEqualTo(written);
            }
            try (Archive archive = new Archive(file, 1, clock)) {
                archive.run();
            }
        }
    }
}
