package dev.caravan.bench;

import dev.caravan.usage.Cost;
import dev.caravan.usage.Journal;
import dev.caravan.usage.OpenedRequest;
import dev.caravan.usage.RequestStatus;
import dev.caravan.usage.UsageRecord;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Opens and settles requests in a journal of its own, on the real disk, that nobody reads; its files go with it. */
final class JournalWork implements Work {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123Z");
    private static final TokenUsage USAGE = new TokenUsage(204, 118, 64, 0, 0, 0, UsageSource.PROVIDER);

    private final Scratch scratch = new Scratch("bench-journal");
    private final Journal journal;
    private long requests = 1_000_000_000L;

    JournalWork() {
        journal = Journal.open(scratch.folder(), 16 << 20, Duration.ofMillis(500), Clock.systemUTC());
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
        scratch.close();
    }
}
