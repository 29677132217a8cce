package dev.caravan.bench;

import dev.caravan.usage.Cost;
import dev.caravan.usage.Journal;
import dev.caravan.usage.OpenedRequest;
import dev.caravan.usage.RequestStatus;
import dev.caravan.usage.UsageRecord;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Opens and settles requests in a journal of its own, on the real disk, that nobody reads; its files go with it. */
final class JournalWork implements Work {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123Z");
    private static final TokenUsage USAGE = new TokenUsage(204, 118, 64, 0, 0, 0, UsageSource.PROVIDER);

    private final Path folder;
    private final Journal journal;
    private long requests = 1_000_000_000L;

    JournalWork() {
        try {
            Files.createDirectories(Path.of("target"));
            folder = Files.createTempDirectory(Path.of("target"), "bench-journal");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        journal = Journal.open(folder, 16 << 20, Duration.ofMillis(500), Clock.systemUTC());
    }

    @Override
    public Object run() {
        OpenedRequest opened = new OpenedRequest(
                "req_01a2079a" + requests++,
                null,
                "session-1",
                "ann",
                "gpt-4o-mini",
                "gpt-4o-mini",
                "openai",
                "/v1/chat/completions",
                false,
                NOON,
                "2026-11-22-1a2b3c4d");
        journal.opened(opened);
        UsageRecord usage = new UsageRecord(
                opened, RequestStatus.OK, USAGE, new Cost(31, 71), NOON.plusMillis(812), 812, null, "stop", null, 200);
        journal.settled(usage);
        return usage;
    }

    @Override
    public void close() {
        journal.close();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
