package dev.caravan.usage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The usage API's answers, made of the rows that the SQL files give. Pure. A list of rows is what {@code camel-sql} hands
 * on: a map by column name for each.
 */
public final class UsageAnswers {

    private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

    private UsageAnswers() {}

    /**
     * @param totals of {@code select-session-totals.sql}
     * @param requests of {@code select-session-requests.sql}
     * @throws RequestException {@link ErrorCode#NOT_FOUND} where the session has no request
     */
    public static ObjectNode session(
            UsageQuery query, List<Map<String, Object>> totals, List<Map<String, Object>> requests) {
        LedgerFields sum = LedgerFields.only(totals);
        if (sum.number("request_count") == 0) {
            throw new RequestException(ErrorCode.NOT_FOUND, "Unknown session", "session_id");
        }
        ObjectNode answer = JSON.objectNode();
        answer.put("session_id", String.valueOf(query.parameters().get("session_id")));
        putTotals(answer, sum);
        ArrayNode rows = answer.putArray("requests");
        for (LedgerFields row : LedgerFields.page(requests, query.limit())) {
            ObjectNode request = rows.addObject();
            request.put("request_id", row.text("request_id"));
            request.put("model_id", row.text("model_id"));
            request.put("provider", row.text("provider"));
            request.put("status", row.text("status"));
            putSums(request, row);
            request.put("latency_ms", row.number("latency_ms"));
            request.put("created_at", row.text("created_at"));
        }
        answer.put("next_cursor", next(query, requests, Cursor.Kind.SESSION, "created_at", "request_id"));
        return answer;
    }

    /**
     * @param totals of {@code select-daily-usage-totals.sql}
     * @param page of {@code select-daily-usage-page.sql}
     */
    public static ObjectNode daily(UsageQuery query, List<Map<String, Object>> totals, List<Map<String, Object>> page) {
        return rollup(query, Cursor.Kind.DAILY, "date", totals, page);
    }

    /**
     * @param totals of {@code select-monthly-usage-totals.sql}
     * @param page of {@code select-monthly-usage-page.sql}
     */
    public static ObjectNode monthly(
            UsageQuery query, List<Map<String, Object>> totals, List<Map<String, Object>> page) {
        return rollup(query, Cursor.Kind.MONTHLY, "month", totals, page);
    }

    /**
     * @param totals of {@code select-summary-totals.sql}
     * @param byProvider of {@code select-summary-by-provider.sql}
     * @param byModel of {@code select-summary-by-model.sql}
     * @param p95 of {@code select-summary-p95.sql}: one row or none
     */
    public static ObjectNode summary(
            List<Map<String, Object>> totals,
            List<Map<String, Object>> byProvider,
            List<Map<String, Object>> byModel,
            List<Map<String, Object>> p95) {
        LedgerFields sum = LedgerFields.only(totals);
        ObjectNode answer = JSON.objectNode();
        answer.put("timezone", "UTC");
        answer.put("request_count", sum.number("request_count"));
        answer.set("success_rate", JSON.numberNode(quotient(sum.number("ok_count"), sum.number("request_count"), 6)));
        ObjectNode latency = answer.putObject("latency_ms");
        long measured = sum.number("request_count") - sum.number("lost_count");
        latency.set("mean", JSON.numberNode(quotient(sum.number("latency_ms_sum"), measured, 1)));
        latency.put("p95", p95.isEmpty() ? null : (Long) LedgerFields.only(p95).number("latency_ms"));
        putSums(answer, sum);
        answer.set("by_provider", groups("provider", byProvider));
        answer.set("by_model", groups("model_id", byModel));
        return answer;
    }

    private static ObjectNode rollup(
            UsageQuery query,
            Cursor.Kind kind,
            String period,
            List<Map<String, Object>> totals,
            List<Map<String, Object>> page) {
        ObjectNode answer = JSON.objectNode();
        answer.put("timezone", "UTC");
        putTotals(answer, LedgerFields.only(totals));
        ArrayNode rows = answer.putArray("data");
        for (LedgerFields row : LedgerFields.page(page, query.limit())) {
            ObjectNode entry = rows.addObject();
            entry.put(period, row.text(period));
            entry.put("user_id", row.text("user_id"));
            entry.put("model_id", row.text("model_id"));
            entry.put("provider", row.text("provider"));
            putTotals(entry, row);
        }
        answer.put("next_cursor", next(query, page, kind, period, "user_id", "model_id"));
        return answer;
    }

    private static ArrayNode groups(String name, List<Map<String, Object>> rows) {
        ArrayNode groups = JSON.arrayNode();
        for (LedgerFields row : LedgerFields.page(rows, rows.size())) {
            ObjectNode group = groups.addObject();
            group.put(name, row.text(name));
            putTotals(group, row);
        }
        return groups;
    }

    private static void putTotals(ObjectNode json, LedgerFields row) {
        json.put("request_count", row.number("request_count"));
        putSums(json, row);
    }

    private static void putSums(ObjectNode json, LedgerFields row) {
        json.put("prompt_tokens", row.number("prompt_tokens"));
        json.put("completion_tokens", row.number("completion_tokens"));
        json.put("total_tokens", row.number("total_tokens"));
        json.put("input_cost", Cost.usd(row.number("input_cost_micros")));
        json.put("output_cost", Cost.usd(row.number("output_cost_micros")));
        json.put("total_cost", Cost.usd(row.totalMicros()));
    }

    /** One row more than the limit was asked for: where it came, there is a next page. */
    private static @Nullable String next(
            UsageQuery query, List<Map<String, Object>> rows, Cursor.Kind kind, String... key) {
        if (rows.size() <= query.limit()) {
            return null;
        }
        LedgerFields last = new LedgerFields(rows.get(query.limit() - 1));
        return new Cursor(kind, List.of(key).stream().map(last::text).toList()).encode();
    }

    private static @Nullable BigDecimal quotient(long part, long whole, int scale) {
        if (whole == 0) {
            return null;
        }
        BigDecimal quotient = BigDecimal.valueOf(part)
                .divide(BigDecimal.valueOf(whole), scale, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        return quotient.scale() < 0 ? quotient.setScale(0) : quotient;
    }
}
