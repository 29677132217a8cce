package dev.caravan.usage;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.util.List;
import java.util.Map;

/**
 * The rollups as a CSV file (RFC 4180): the JSON names in the first line, {@code TOTAL} and the sums of the file's own lines
 * in the last. A text cell that a spreadsheet would take for a formula begins with an apostrophe. Pure.
 */
public final class UsageCsv {

    private static final String LINE_END = "\r\n";
    private static final List<String> NUMBERS =
            List.of("request_count", "prompt_tokens", "completion_tokens", "total_tokens");

    private UsageCsv() {}

    /**
     * @param page of {@code select-daily-usage-page.sql} or {@code select-monthly-usage-page.sql}
     * @throws RequestException where there are more rows than a file may have and no {@code limit} was given
     */
    public static String file(UsageQuery query, List<Map<String, Object>> page) {
        if (query.whole() && page.size() > query.limit()) {
            throw new RequestException(
                    ErrorCode.OUT_OF_RANGE,
                    "more than " + query.limit() + " rows: narrow the filter, or page with limit and cursor",
                    "format");
        }
        String period = query.kind() == UsageQuery.Kind.MONTHLY ? "month" : "date";
        StringBuilder csv = new StringBuilder();
        csv.append(period).append(",user_id,model_id,provider,").append(String.join(",", NUMBERS));
        csv.append(",input_cost,output_cost,total_cost").append(LINE_END);
        long[] sums = new long[NUMBERS.size()];
        long inputMicros = 0;
        long outputMicros = 0;
        for (LedgerFields row : LedgerFields.page(page, query.limit())) {
            csv.append(row.text(period));
            csv.append(',').append(cell(row.text("user_id")));
            csv.append(',').append(cell(row.text("model_id")));
            csv.append(',').append(cell(row.text("provider")));
            for (int i = 0; i < sums.length; i++) {
                long number = row.number(NUMBERS.get(i));
                csv.append(',').append(number);
                sums[i] = Math.addExact(sums[i], number);
            }
            costs(csv, row.number("input_cost_micros"), row.number("output_cost_micros"));
            inputMicros = Math.addExact(inputMicros, row.number("input_cost_micros"));
            outputMicros = Math.addExact(outputMicros, row.number("output_cost_micros"));
        }
        csv.append("TOTAL,,,");
        for (long sum : sums) {
            csv.append(',').append(sum);
        }
        costs(csv, inputMicros, outputMicros);
        return csv.toString();
    }

    private static void costs(StringBuilder csv, long inputMicros, long outputMicros) {
        csv.append(',').append(Cost.usd(inputMicros).toPlainString());
        csv.append(',').append(Cost.usd(outputMicros).toPlainString());
        csv.append(',')
                .append(Cost.usd(Math.addExact(inputMicros, outputMicros)).toPlainString());
        csv.append(LINE_END);
    }

    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
