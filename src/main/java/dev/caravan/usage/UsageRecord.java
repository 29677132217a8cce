package dev.caravan.usage;

import dev.caravan.wire.TokenUsage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An accepted request that has ended: one row of {@code session_usage}, written once.
 *
 * @param latencyMs from acceptance to the end, at least 0
 * @param firstByteMs from acceptance to the provider's first piece; null where none came or it was not streamed
 * @param finishReason null where there is no answer
 * @param errorCode the error's code; null where it ended well
 * @param upstreamStatus the provider's last HTTP status; null where none came
 */
public record UsageRecord(
        OpenedRequest opened,
        RequestStatus status,
        TokenUsage usage,
        Cost cost,
        Instant endedAt,
        long latencyMs,
        @Nullable Long firstByteMs,
        @Nullable String finishReason,
        @Nullable String errorCode,
        @Nullable Integer upstreamStatus) {}
