package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.usage.JournalReplay.Report;
import dev.caravan.wire.TokenUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalReplayTest {

    @TempDir
    Path folder;

    @Test
    void hands_on_what_was_settled_and_not_written_and_what_was_in_flight() {
        leave("a", "b", "c");

        List<UsageRecord> replayed = new ArrayList<>();
        Report report = new JournalReplay(folder).replay((journal, records) -> replayed.addAll(records));

        assertThat(report).isEqualTo(new Report(1, 3, 1, 0));
        assertThat(replayed.subList(0, 3))
                .containsExactly(Records.settled("a"), Records.settled("b"), Records.settled("c"));
        UsageRecord lost = replayed.get(3);
        assertThat(lost.opened()).isEqualTo(Records.opened("in-flight"));
        assertThat(lost.status()).isEqualTo(RequestStatus.LOST);
        assertThat(lost.usage()).isEqualTo(TokenUsage.NONE);
        assertThat(lost.cost()).isEqualTo(Cost.ZERO);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leaves_out_what_is_marked_as_written() {
        Journal journal = open();
        for (String id : List.of("a", "b", "c")) {
            journal.opened(Records.opened(id));
            journal.settled(Records.settled(id));
        }
        journal.written(journal.nextBatch(2));
        journal.close();

        List<UsageRecord> replayed = new ArrayList<>();
        new JournalReplay(folder).replay((id, records) -> replayed.addAll(records));

        assertThat(replayed).containsExactly(Records.settled("c"));
    }

    @Test
    void does_not_touch_the_journal_of_the_living() {
        try (Journal journal = open()) {
            journal.opened(Records.opened("a"));

            Report report = new JournalReplay(folder).replay((id, records) -> {
                throw new AssertionError("nothing to write");
            });

            assertThat(report).isEqualTo(new Report(0, 0, 0, 0));
            journal.settled(Records.settled("a"));
            assertThat(journal.nextBatch(1)).hasSize(1);
        }
    }

    @Test
    void does_the_same_again_after_it_was_cut_short() {
        leave("a", "b");
        List<UsageRecord> replayed = new ArrayList<>();

        assertThatThrownBy(() -> new JournalReplay(folder).replay((journal, records) -> {
                    throw new IOException("the ledger is away");
                }))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("the ledger is away");
        Report report = new JournalReplay(folder).replay((journal, records) -> replayed.addAll(records));

        assertThat(report).isEqualTo(new Report(1, 2, 1, 0));
        assertThat(replayed).hasSize(3);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void reads_up_to_a_torn_line_and_counts_no_damage_for_it() throws Exception {
        leave("a", "b");
        byte[] whole = Files.readAllBytes(segment());
        for (int cut = 0; cut < whole.length; cut += 7) {
            Path copy = Files.createDirectory(folder.resolve("cut" + cut));
            Files.write(copy.resolve(segment().getFileName()), Arrays.copyOf(whole, cut));

            List<UsageRecord> replayed = new ArrayList<>();
            Report report = new JournalReplay(copy).replay((journal, records) -> replayed.addAll(records));

            assertThat(report.damagedLines()).isZero();
            assertThat(settledIds(replayed)).isSubsetOf("a", "b");
            assertThat(copy).isEmptyDirectory();
        }
    }

    @Test
    void loses_no_more_than_the_line_that_is_damaged_and_keeps_the_file_for_a_person() throws Exception {
        leave("a", "b", "c", "d", "e");
        byte[] whole = Files.readAllBytes(segment());
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            Path copy = Files.createDirectory(folder.resolve("flip" + i));
            Files.write(copy.resolve(segment().getFileName()), damaged);

            List<UsageRecord> replayed = new ArrayList<>();
            Report report = new JournalReplay(copy).replay((journal, records) -> replayed.addAll(records));

            // One flipped bit hits one line, or the line end between two; a torn last line is no damage.
            assertThat(report.damagedLines()).isLessThanOrEqualTo(2);
            assertThat(settledIds(replayed)).hasSizeGreaterThanOrEqualTo(3);
            assertThat(replayed.stream().filter(r -> r.status() == RequestStatus.OK))
                    .allSatisfy(r ->
                            assertThat(r).isEqualTo(Records.settled(r.opened().requestId())));
            try (Stream<Path> left = Files.list(copy)) {
                assertThat(left)
                        .hasSize(report.damagedLines() > 0 ? 1 : 0)
                        .allMatch(f -> f.toString().endsWith(".damaged"));
            }
        }
    }

    @Test
    void passes_over_a_long_stretch_of_rubbish() throws Exception {
        leave("a");
        Files.write(segment(), new byte[700_000], StandardOpenOption.APPEND);
        byte[] line = JournalFormat.settled(Records.settled("z"));
        Files.write(segment(), "\n".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        Files.write(segment(), line, StandardOpenOption.APPEND);

        List<UsageRecord> replayed = new ArrayList<>();
        Report report = new JournalReplay(folder).replay((journal, records) -> replayed.addAll(records));

        assertThat(settledIds(replayed)).containsExactlyInAnyOrder("a", "z");
        assertThat(report.damagedLines()).isEqualTo(1);
    }

    @Test
    void does_nothing_where_there_is_no_folder() {
        assertThat(new JournalReplay(folder.resolve("none")).replay((journal, records) -> {}))
                .isEqualTo(new Report(0, 0, 0, 0));
    }

    @Test
    void puts_every_request_into_the_ledger_once_although_the_mark_was_lost() throws Exception {
        leave("a", "b");
        try (TestLedger ledger = new TestLedger(folder.resolve("usage.db"))) {
            ledger.write(List.of(Records.settled("a")));

            new JournalReplay(folder).replay(ledger::write);

            assertThat(ledger.number("SELECT COUNT(*) FROM session_usage")).isEqualTo(3);
            assertThat(ledger.number("SELECT SUM(request_count) FROM daily_usage"))
                    .isEqualTo(3);
            assertThat(ledger.number("SELECT SUM(total_tokens) FROM monthly_usage"))
                    .isEqualTo(740);
        }
    }

    private Journal open() {
        return Journal.open(folder, 1 << 20, Duration.ofMillis(50), Clock.systemUTC());
    }

    /** A journal with these settled, and one more request in flight. */
    private void leave(String... ids) {
        Journal journal = open();
        journal.opened(Records.opened("in-flight"));
        for (String id : ids) {
            journal.opened(Records.opened(id));
            journal.settled(Records.settled(id));
        }
        journal.close();
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(JournalWriter.SUFFIX))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Set<String> settledIds(List<UsageRecord> records) {
        Set<String> ids = new HashSet<>();
        records.stream()
                .filter(record -> record.status() == RequestStatus.OK)
                .forEach(record -> ids.add(record.opened().requestId()));
        return ids;
    }
}
