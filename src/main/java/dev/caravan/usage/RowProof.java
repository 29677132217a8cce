package dev.caravan.usage;

import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Proves each row by itself: its total, its parts, and its cost from its tokens and the prices that it names. */
final class RowProof {

    private static final String TABLE = "session_usage";

    private final PriceList prices;
    private final Differences differences;

    /** Prices that are missing are told once each. No more of them than differences are kept. */
    private final Set<String> missing = new TreeSet<>();

    RowProof(PriceList prices, Differences differences) {
        this.prices = prices;
        this.differences = differences;
    }

    void prove(LedgerRows row) throws SQLException {
        long prompt = row.counts().get(RollupSums.PROMPT);
        long completion = row.counts().get(RollupSums.COMPLETION);
        differ(
                row,
                "tokens_add_up",
                "total_tokens",
                prompt + completion,
                row.counts().get(RollupSums.TOTAL));
        TokenUsage usage = usage(row, prompt, completion);
        if (usage == null) {
            return;
        }
        PriceList.Price price = prices.price(row.priceVersion(), row.modelId());
        if (price.pricing() == null) {
            unknownPrice(row, price.text());
            return;
        }
        Cost cost = CostCalculator.cost(usage, price.pricing());
        differ(
                row,
                "cost_is_recomputed",
                "input_cost_micros",
                cost.inputMicros(),
                row.counts().get(RollupSums.INPUT_COST));
        differ(
                row,
                "cost_is_recomputed",
                "output_cost_micros",
                cost.outputMicros(),
                row.counts().get(RollupSums.OUTPUT_COST));
    }

    /** Null where no request can have used that; which is told. */
    private @Nullable TokenUsage usage(LedgerRows row, long prompt, long completion) throws SQLException {
        long cached = row.counts().get(RollupSums.CACHED);
        long written = row.counts().get(RollupSums.WRITTEN);
        long written1h = row.counts().get(RollupSums.WRITTEN_1H);
        long reasoning = row.counts().get(RollupSums.REASONING);
        boolean possible = within(row, "prompt_tokens", prompt, Long.MAX_VALUE)
                & within(row, "completion_tokens", completion, Long.MAX_VALUE)
                & within(row, "cached_tokens", cached, prompt)
                & within(row, "cache_write_tokens", written, prompt - Math.max(0, cached))
                & within(row, "cache_write_1h_tokens", written1h, written)
                & within(row, "reasoning_tokens", reasoning, completion);
        // What the cost is made of; where the counts come from does not matter to it.
        return possible
                ? new TokenUsage(prompt, completion, cached, written, written1h, reasoning, UsageSource.PROVIDER)
                : null;
    }

    private boolean within(LedgerRows row, String field, long count, long most) throws SQLException {
        if (count < 0 || (count > most && most >= 0)) {
            differences.add(
                    "tokens_are_possible",
                    TABLE,
                    Map.of("request_id", row.requestId()),
                    field,
                    count < 0 ? 0 : most,
                    count);
            return false;
        }
        return most >= 0;
    }

    private void differ(LedgerRows row, String check, String field, long expected, long found) throws SQLException {
        if (expected != found) {
            differences.add(check, TABLE, Map.of("request_id", row.requestId()), field, expected, found);
        }
    }

    private void unknownPrice(LedgerRows row, @Nullable String found) throws SQLException {
        if (missing.size() < Differences.KEPT && missing.add(row.priceVersion() + "\n" + row.modelId())) {
            Map<String, String> key = new LinkedHashMap<>();
            key.put("price_version", row.priceVersion());
            key.put("model_id", row.modelId());
            differences.add(
                    "price_is_known", "price", key, "pricing", "the prices of request " + row.requestId(), found);
        }
    }
}
