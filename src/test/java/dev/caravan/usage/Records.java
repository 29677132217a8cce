package dev.caravan.usage;

import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.time.Instant;

/** Records to test with. */
final class Records {

    static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123Z");

    private Records() {}

    static OpenedRequest opened(String id) {
        return opened(id, "user-1", "gpt-4o", NOON);
    }

    static OpenedRequest opened(String id, String user, String model, Instant at) {
        return new OpenedRequest(
                id, null, "session-1", user, model, model, "openai", "/api/chat/completions", false, at, "2026-11-22");
    }

    static UsageRecord settled(String id) {
        return settled(opened(id));
    }

    static UsageRecord settled(OpenedRequest opened) {
        return settled(opened, RequestStatus.OK, usage(150, 220), new Cost(1500, 6600), 1234);
    }

    static UsageRecord settled(
            OpenedRequest opened, RequestStatus status, TokenUsage usage, Cost cost, long latencyMs) {
        return new UsageRecord(
                opened,
                status,
                usage,
                cost,
                opened.createdAt().plusMillis(latencyMs),
                latencyMs,
                null,
                "stop",
                null,
                200);
    }

    static TokenUsage usage(long prompt, long completion) {
        return new TokenUsage(prompt, completion, 0, 0, 0, 0, UsageSource.PROVIDER);
    }
}
