package dev.caravan.usage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From usage records to the named parameters of the ledger's statements. Pure. */
public final class LedgerRow {

    /**
     * By the rollups' key, so that two gateways that share a PostgreSQL ledger lock its rows in the same order and never wait
     * for each other in a circle.
     */
    private static final Comparator<Map<String, @Nullable Object>> BY_KEY = Comparator.comparing(
                    (Map<String, @Nullable Object> row) -> text(row, "date"))
            .thenComparing(row -> text(row, "user_id"))
            .thenComparing(row -> text(row, "model_id"));

    private LedgerRow() {}

    /**
     * One map a record, for a batch of statements: each request once (its first record counts), ordered by rollup key.
     *
     * @param journalId the journal that all of them come from
     */
    public static List<Map<String, @Nullable Object>> batch(String journalId, List<UsageRecord> records) {
        Set<String> seen = new HashSet<>();
        List<Map<String, @Nullable Object>> rows = new ArrayList<>(records.size());
        for (UsageRecord usage : records) {
            if (seen.add(usage.opened().requestId())) {
                rows.add(of(journalId, usage));
            }
        }
        rows.sort(BY_KEY);
        return rows;
    }

    /** The parameters of one record: the columns of {@code session_usage}, {@code date} and {@code month}. */
    private static Map<String, @Nullable Object> of(String journalId, UsageRecord usage) {
        OpenedRequest opened = usage.opened();
        Map<String, @Nullable Object> row = new HashMap<>(64);
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
        row.put("created_at", UtcText.millis(opened.createdAt()));
        row.put("ended_at", UtcText.millis(usage.endedAt()));
        row.put("journal_id", journalId);
        row.put("date", UtcText.day(opened.createdAt()));
        row.put("month", UtcText.month(opened.createdAt()));
        return row;
    }

    private static String text(Map<String, @Nullable Object> row, String column) {
        return (String) Objects.requireNonNull(row.get(column), column);
    }
}
