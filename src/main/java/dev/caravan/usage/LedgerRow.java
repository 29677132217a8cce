package dev.caravan.usage;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From usage records to the named parameters of the ledger's statements. Pure. */
public final class LedgerRow {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("uuuu-MM").withZone(ZoneOffset.UTC);

    /**
     * By the rollups' key, so that two gateways that share a PostgreSQL ledger lock its rows in the same order and never wait
     * for each other in a circle.
     */
    private static final Comparator<UsageRecord> BY_KEY = Comparator.comparing(
                    (UsageRecord usage) -> day(usage.opened().createdAt()))
            .thenComparing(usage -> usage.opened().userId())
            .thenComparing(usage -> usage.opened().modelId());

    private LedgerRow() {}

    /**
     * One map a record, for a batch of statements: each request once (its first record counts), ordered by rollup key.
     *
     * @param journalId the journal that all of them come from
     */
    public static List<Map<String, @Nullable Object>> batch(String journalId, List<UsageRecord> records) {
        Map<String, UsageRecord> byId = new LinkedHashMap<>();
        for (UsageRecord usage : records) {
            byId.putIfAbsent(usage.opened().requestId(), usage);
        }
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        byId.values().stream().sorted(BY_KEY).forEach(usage -> rows.add(of(journalId, usage)));
        return rows;
    }

    /** The parameters of one record: the columns of {@code session_usage}, {@code date} and {@code month}. */
    private static Map<String, @Nullable Object> of(String journalId, UsageRecord usage) {
        OpenedRequest opened = usage.opened();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("request_id", opened.requestId());
        row.put("client_request_id", opened.clientRequestId());
        row.put("session_id", opened.sessionId());
        row.put("user_id", opened.userId());
        row.put("requested_model", opened.requestedModel());
        row.put("model_id", opened.modelId());
        row.put("provider", opened.provider());
        row.put("endpoint", opened.endpoint());
        row.put("stream", opened.stream() ? 1L : 0L);
        row.put("status", usage.status().wireName());
        row.put("usage_source", usage.usage().source().wireName());
        row.put("prompt_tokens", usage.usage().promptTokens());
        row.put("completion_tokens", usage.usage().completionTokens());
        row.put("total_tokens", usage.usage().totalTokens());
        row.put("cached_tokens", usage.usage().cachedTokens());
        row.put("cache_write_tokens", usage.usage().cacheWriteTokens());
        row.put("cache_write_1h_tokens", usage.usage().cacheWrite1hTokens());
        row.put("reasoning_tokens", usage.usage().reasoningTokens());
        row.put("input_cost_micros", usage.cost().inputMicros());
        row.put("output_cost_micros", usage.cost().outputMicros());
        row.put("price_version", opened.priceVersion());
        row.put("finish_reason", usage.finishReason());
        row.put("error_code", usage.errorCode());
        row.put(
                "upstream_status",
                usage.upstreamStatus() == null ? null : usage.upstreamStatus().longValue());
        row.put("latency_ms", usage.latencyMs());
        row.put("first_byte_ms", usage.firstByteMs());
        row.put("created_at", TIME.format(opened.createdAt()));
        row.put("ended_at", TIME.format(usage.endedAt()));
        row.put("journal_id", journalId);
        row.put("date", day(opened.createdAt()));
        row.put("month", MONTH.format(opened.createdAt()));
        return row;
    }

    private static String day(Instant time) {
        return DAY.format(time);
    }
}
