package dev.caravan.usage;

import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Rows that an audit finds sound, and the prices that {@link Records} are made with. */
final class AuditLedgers {

    static final List<String> MODELS = List.of("gpt-4o", "m\uFFFD", "m\uD83D\uDC2A", "m");

    private AuditLedgers() {}

    static void addPrice(Connection ledger) throws SQLException {
        try (PreparedStatement add = ledger.prepareStatement("INSERT INTO price VALUES ('2026-11-22', ?, ?, ?)")) {
            for (String model : MODELS) {
                add.setString(1, model);
                add.setString(2, "{\"input\":0.01,\"output\":0.03,\"cached_input\":0.0025,\"cache_write\":0.0125}");
                add.setString(3, "2026-11-22T00:00:00Z");
                add.executeUpdate();
            }
        }
    }

    static AuditReport audit(LedgerSource source, Clock clock) throws InterruptedException {
        return new Audit(source, null, Duration.ofSeconds(5), clock).run();
    }

    static UsageRecord lost(String id, Instant at) {
        return Records.settled(
                Records.opened(id, "user-1", "gpt-4o", at), RequestStatus.LOST, TokenUsage.NONE, Cost.ZERO, 99_000);
    }

    /** 100 fresh, 40 read from the cache, 10 written to it for five minutes, 5 for an hour. */
    static UsageRecord cached(String id) {
        return Records.settled(
                Records.opened(id),
                RequestStatus.OK,
                new TokenUsage(155, 20, 40, 15, 5, 7, UsageSource.PROVIDER),
                new Cost(1_288, 600),
                10);
    }

    /** Keys that Java and a database may sort in different orders. */
    static List<UsageRecord> uncommonKeys() {
        return List.of("\uFFFD", "\uD83D\uDC2A", "", "\uE000", "a\uD83D\uDC2A", "a\uFFFD", "A", "\u00e4", "Z", " ", "'")
                .stream()
                .flatMap(user -> MODELS.stream()
                        .map(model ->
                                Records.settled(Records.opened("u-" + user + "-" + model, user, model, Records.NOON))))
                .toList();
    }

    /** One row each, of users whose number begins there. */
    static List<UsageRecord> users(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(i -> Records.settled(Records.opened("r" + i, "user-" + i, "gpt-4o", Records.NOON)))
                .toList();
    }
}
