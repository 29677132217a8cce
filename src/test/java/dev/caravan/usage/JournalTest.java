package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration LINGER = Duration.ofMillis(2);
    private static final Clock CLOCK = Clock.fixed(Records.NOON.plusSeconds(60), ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void hands_out_what_is_settled_in_order_until_it_is_written() {
        try (Journal journal = open(1 << 20)) {
            settle(journal, "a");
            settle(journal, "b");
            settle(journal, "c");

            assertThat(ids(journal.nextBatch(2))).containsExactly("a", "b");
            assertThat(ids(journal.nextBatch(2))).as("not written, so again").containsExactly("a", "b");
            assertThat(journal.settledNotWritten()).isEqualTo(3);
            journal.written(journal.nextBatch(2));
            assertThat(ids(journal.nextBatch(10))).containsExactly("c");
            journal.written(journal.nextBatch(10));
            assertThat(journal.nextBatch(10)).isEmpty();
            assertThat(journal.settledNotWritten()).isZero();
        }
    }

    @Test
    void gives_back_the_whole_record() {
        try (Journal journal = open(1 << 20)) {
            UsageRecord record = Records.settled("a");
            journal.opened(record.opened());
            journal.settled(record);

            assertThat(journal.nextBatch(1)).containsExactly(record);
        }
    }

    @Test
    void takes_only_the_batch_that_it_handed_out_last_for_written() {
        try (Journal journal = open(1 << 20)) {
            settle(journal, "a");
            settle(journal, "b");
            List<UsageRecord> one = journal.nextBatch(1);
            journal.nextBatch(2);

            assertThatThrownBy(() -> journal.written(one)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void counts_what_is_in_flight_and_tells_how_old_the_oldest_unwritten_record_is() {
        try (Journal journal = open(1 << 20)) {
            journal.opened(Records.opened("a"));
            journal.opened(Records.opened("b"));
            assertThat(journal.inFlight()).isEqualTo(2);
            assertThat(journal.lag()).isZero();

            journal.settled(Records.settled("a"));

            assertThat(journal.inFlight()).isEqualTo(1);
            assertThat(journal.openedTotal()).isEqualTo(2);
            assertThat(journal.lag()).isEqualTo(Duration.ofSeconds(60).minusMillis(1234));
            assertThat(journal.health()).isEqualTo(new JournalHealth(true, 1, 0, journal.lag(), 1, 0, null));
        }
    }

    @Test
    void keeps_every_record_of_sixteen_threads_through_many_segments() throws Exception {
        int threads = 16;
        int each = 500;
        Set<String> written = new HashSet<>();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (Journal journal = open(20_000)) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String thread = "t" + t + "-";
                done.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        settle(journal, thread + i);
                    }
                }));
            }
            while (written.size() < threads * each) {
                List<UsageRecord> batch = journal.awaitBatch(100, LINGER, LONG);
                assertThat(batch).isNotEmpty();
                batch.forEach(record ->
                        assertThat(written.add(record.opened().requestId())).isTrue());
                journal.written(batch);
            }
            for (Future<?> thread : done) {
                thread.get();
            }
            assertThat(journal.settledNotWritten()).isZero();
            assertThat(journal.inFlight()).isZero();
            assertThat(segments()).as("written segments are gone").hasSizeLessThanOrEqualTo(2);
        } finally {
            pool.shutdownNow();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void keeps_a_segment_while_a_request_that_was_opened_in_it_is_in_flight() throws Exception {
        try (Journal journal = open(2000)) {
            journal.opened(Records.opened("long"));
            for (int i = 0; i < 10; i++) {
                settle(journal, "a" + i);
            }
            journal.written(journal.nextBatch(100));
            assertThat(segments().get(0).getFileName().toString()).contains("00000001");

            journal.settled(Records.settled("long"));
            journal.written(journal.nextBatch(100));
            assertThat(segments()).hasSize(1);
        }
    }

    @Test
    void lets_old_segments_go_that_only_a_very_long_request_holds_back() {
        try (Journal journal = open(2000)) {
            journal.opened(Records.opened("long"));
            for (int i = 0; i < 100; i++) {
                settle(journal, "a" + i);
                journal.written(journal.nextBatch(100));
            }
            Awaitility.await().until(() -> segments().size() < 6);
            // As after a crash: copied while it lives.
            List<UsageRecord> replayed = replayCopy();
            assertThat(ids(replayed)).containsExactly("long");
            assertThat(replayed.get(0).status()).isEqualTo(RequestStatus.LOST);
        }
    }

    @Test
    void waits_for_the_first_record_and_gives_up_in_time() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (Journal journal = open(1 << 20)) {
            assertThat(journal.awaitBatch(10, LINGER, Duration.ofMillis(5))).isEmpty();
            Future<List<UsageRecord>> batch = pool.submit(() -> journal.awaitBatch(10, LINGER, LONG));
            settle(journal, "a");
            journal.ring();
            assertThat(ids(batch.get(10, TimeUnit.SECONDS))).containsExactly("a");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void waits_until_what_was_settled_before_is_written() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (Journal journal = open(1 << 20)) {
            assertThat(journal.awaitWritten(Duration.ZERO)).isTrue();
            settle(journal, "a");
            assertThat(journal.awaitWritten(Duration.ofMillis(5))).isFalse();

            Future<Boolean> flushed = pool.submit(() -> journal.awaitWritten(LONG));
            // In a hurry the linger is cut short, or this would take an hour.
            journal.written(journal.awaitBatch(10, Duration.ofHours(1), LONG));
            settle(journal, "b");
            assertThat(flushed.get(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void close_wakes_who_waits_for_a_batch() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Journal journal = open(1 << 20);
            Future<List<UsageRecord>> batch = pool.submit(() -> journal.awaitBatch(10, LINGER, LONG));
            journal.close();
            assertThat(batch.get(10, TimeUnit.SECONDS)).isEmpty();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void survives_threads_that_are_interrupted_while_they_write() throws Exception {
        Set<String> settled = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        try (Journal journal = open(1 << 20)) {
            for (int t = 0; t < 4; t++) {
                String name = "t" + t + "-";
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 200; i++) {
                        Thread.currentThread().interrupt();
                        settle(journal, name + i);
                        settled.add(name + i);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            List<UsageRecord> batch = journal.nextBatch(10_000);
            assertThat(ids(batch)).containsExactlyInAnyOrderElementsOf(settled).hasSize(800);
            journal.written(batch);
        }
    }

    @Test
    void goes_on_in_a_new_file_when_someone_deletes_the_present_one() throws Exception {
        try (Journal journal = open(1 << 20)) {
            settle(journal, "before");
            Files.delete(segments().get(0));
            Awaitility.await().until(() -> !segments().isEmpty());
            settle(journal, "after");

            assertThat(ids(journal.nextBatch(10))).containsExactly("before", "after");
            assertThat(ids(replayCopy())).contains("after");
            journal.written(journal.nextBatch(10));
        }
    }

    @Test
    void passes_over_lines_that_were_damaged_on_disk() throws Exception {
        try (Journal journal = open(1 << 20)) {
            settle(journal, "aaaa");
            settle(journal, "bbbb");
            settle(journal, "cccc");
            Path segment = segments().get(0);
            byte[] bytes = Files.readAllBytes(segment);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            bytes[text.indexOf("bbbb", text.indexOf("S\tbbbb"))] ^= 4;
            Files.write(segment, bytes);

            List<UsageRecord> batch = journal.nextBatch(10);
            journal.written(batch);

            assertThat(ids(batch)).containsExactly("aaaa", "cccc");
            assertThat(journal.settledNotWritten()).isZero();
            assertThat(journal.awaitWritten(Duration.ZERO)).isTrue();
            assertThat(journal.health().damagedLines()).isEqualTo(1);
            settle(journal, "dddd");
            assertThat(journal.settledNotWritten()).isEqualTo(1);
            journal.written(journal.nextBatch(10));
        }
    }

    @Test
    void refuses_a_folder_that_cannot_be_made_in_one_line() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> Journal.open(file.resolve("journal"), 1000, LONG, CLOCK))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("\n");
    }

    private Journal open(long segmentBytes) {
        return Journal.open(folder, segmentBytes, Duration.ofMillis(10), CLOCK);
    }

    private static void settle(Journal journal, String id) {
        UsageRecord record = Records.settled(id);
        journal.opened(record.opened());
        journal.settled(record);
    }

    private static List<String> ids(List<UsageRecord> records) {
        return records.stream().map(record -> record.opened().requestId()).toList();
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(JournalWriter.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /** What a replay would find if the process died now. */
    private List<UsageRecord> replayCopy() {
        try {
            Path copy = Files.createTempDirectory(folder, "copy");
            for (Path segment : segments()) {
                Files.copy(segment, copy.resolve(segment.getFileName()));
            }
            List<UsageRecord> replayed = new ArrayList<>();
            new JournalReplay(copy).replay((journal, records) -> replayed.addAll(records));
            Files.delete(copy);
            return replayed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
