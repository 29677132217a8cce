package dev.caravan.usage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger as an event for another engine: flat, named as the columns, costs in whole micro-USD and, exact, in
 * USD. Pure.
 */
public final class UsageEvent {

    private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

    private UsageEvent() {}

    /** @param row of {@code select-usage-outbox.sql}; a column without a value becomes null */
    public static ObjectNode of(Map<String, @Nullable Object> row) {
        ObjectNode event = JSON.objectNode();
        row.forEach((column, value) -> {
            String name = column.toLowerCase(Locale.ROOT);
            if (name.equals("stream")) {
                event.put(name, ((Number) value).longValue() != 0);
            } else if (value instanceof Number number) {
                event.put(name, number.longValue());
            } else {
                event.put(name, value == null ? null : value.toString());
            }
        });
        long input = event.path("input_cost_micros").longValue();
        long output = event.path("output_cost_micros").longValue();
        event.put("input_cost", Cost.usd(input));
        event.put("output_cost", Cost.usd(output));
        event.put("total_cost", Cost.usd(Math.addExact(input, output)));
        return event.put("currency", "USD");
    }
}
