package dev.caravan.usage;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a caller of the usage API asked for, checked. Every mistake is a {@link RequestException} that names the parameter.
 *
 * @param parameters the named parameters of all SQL files that answer this query
 * @param limit rows a page, at least 1
 * @param csv whether a file is wanted instead of JSON
 */
public record UsageQuery(Kind kind, Map<String, @Nullable Object> parameters, int limit, boolean csv) {

    public enum Kind {
        SESSION,
        DAILY,
        MONTHLY,
        SUMMARY
    }

    /** The most rows that a page or a file can have. */
    static final int MOST_ROWS = 10_000;

    /** A file without a {@code limit} is whole or refused, because a silently cut bill is a wrong one. */
    static final int MOST_CSV_ROWS = 100_000;

    private static final int SESSION_ROWS = 100;
    private static final int ROLLUP_ROWS = 1000;
    private static final int LONGEST_FILTER = 256;
    /** Up to so many days the requests of a period are few enough to be sorted. */
    private static final int FEW_DAYS = 7;

    private static final String FIRST_DAY = "0000-01-01";
    private static final String LAST_DAY = "9999-12-31";
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("uuuu-MM").withResolverStyle(ResolverStyle.STRICT);

    /** @param raw the query parameter of that name, decoded; null where it was not given (as in all methods here) */
    public static UsageQuery session(String sessionId, UnaryOperator<@Nullable String> raw) {
        int limit = limit(raw, SESSION_ROWS);
        String cursor = raw.apply("cursor");
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        parameters.put("session_id", sessionId);
        parameters.put("to_time", LAST_DAY + "U");
        parameters.put("user_id", null);
        parameters.put("before_created_at", LAST_DAY + "T23:59:59.999Z");
        parameters.put("before_request_id", "");
        if (cursor != null) {
            Cursor after = Cursor.decode(Cursor.Kind.SESSION, cursor);
            parameters.put("before_created_at", after.key().get(0));
            parameters.put("before_request_id", after.key().get(1));
        }
        parameters.put("rows", limit + 1L);
        return new UsageQuery(Kind.SESSION, parameters, limit, false);
    }

    /**
     * The same question about that user's usage only.
     *
     * @throws RequestException 400 where another user's was asked for
     */
    public UsageQuery ofUser(String userId) {
        Object asked = parameters.get("user_id");
        if (asked != null && !asked.equals(userId)) {
            throw refusal("user_id", "user_id must be left out or your own: this key sees its own usage");
        }
        Map<String, @Nullable Object> narrowed = new LinkedHashMap<>(parameters);
        narrowed.put("user_id", userId);
        return new UsageQuery(kind, narrowed, limit, csv);
    }

    public static UsageQuery daily(UnaryOperator<@Nullable String> raw) {
        Map<String, @Nullable Object> parameters = filters(raw);
        days(raw, parameters);
        return page(Kind.DAILY, Cursor.Kind.DAILY, "date", raw, parameters);
    }

    public static UsageQuery monthly(UnaryOperator<@Nullable String> raw) {
        Map<String, @Nullable Object> parameters = filters(raw);
        range(raw, "month", "YYYY-MM", MONTH, parameters);
        parameters.putIfAbsent("from", FIRST_DAY.substring(0, 7));
        parameters.putIfAbsent("to", LAST_DAY.substring(0, 7));
        return page(Kind.MONTHLY, Cursor.Kind.MONTHLY, "month", raw, parameters);
    }

    /** Takes the filters of {@link #daily}, without paging. */
    public static UsageQuery summary(UnaryOperator<@Nullable String> raw) {
        Map<String, @Nullable Object> parameters = filters(raw);
        days(raw, parameters);
        parameters.put("from_time", parameters.get("from") + "T00:00:00.000Z");
        // Sorts after every time of its day, whatever the fraction.
        parameters.put("to_time", parameters.get("to") + "U");
        LocalDate from = LocalDate.parse(String.valueOf(parameters.get("from")), DAY);
        LocalDate to = LocalDate.parse(String.valueOf(parameters.get("to")), DAY);
        parameters.put("few_days", from.plusDays(FEW_DAYS).isAfter(to) ? 1L : 0L);
        return new UsageQuery(Kind.SUMMARY, parameters, MOST_ROWS, false);
    }

    /** Whether a page without a {@code limit} must hold everything. */
    boolean whole() {
        return limit == MOST_CSV_ROWS;
    }

    private static UsageQuery page(
            Kind kind,
            Cursor.Kind cursorKind,
            String period,
            UnaryOperator<@Nullable String> raw,
            Map<String, @Nullable Object> parameters) {
        boolean csv = csv(raw);
        int limit = limit(raw, csv ? MOST_CSV_ROWS : ROLLUP_ROWS);
        String cursor = raw.apply("cursor");
        parameters.put("after_" + period, "");
        parameters.put("after_user_id", "");
        parameters.put("after_model_id", "");
        if (cursor != null) {
            Cursor after = Cursor.decode(cursorKind, cursor);
            parameters.put("after_" + period, after.key().get(0));
            parameters.put("after_user_id", after.key().get(1));
            parameters.put("after_model_id", after.key().get(2));
        }
        parameters.put("rows", limit + 1L);
        return new UsageQuery(kind, parameters, limit, csv);
    }

    private static Map<String, @Nullable Object> filters(UnaryOperator<@Nullable String> raw) {
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        for (String name : new String[] {"user_id", "model", "provider"}) {
            String value = raw.apply(name);
            if (value != null
                    && (value.isEmpty()
                            || value.length() > LONGEST_FILTER
                            || value.chars().anyMatch(Character::isISOControl))) {
                throw refusal(name, name + " must have 1 to " + LONGEST_FILTER + " characters, no control characters");
            }
            parameters.put(name, value);
        }
        return parameters;
    }

    private static void days(UnaryOperator<@Nullable String> raw, Map<String, @Nullable Object> parameters) {
        range(raw, "date", "YYYY-MM-DD", DAY, parameters);
        parameters.putIfAbsent("from", FIRST_DAY);
        parameters.putIfAbsent("to", LAST_DAY);
        months(parameters);
    }

    /**
     * The whole months among the days, which have sums of their own. None where a provider is asked for: a month whose model
     * moved to another provider knows only the last one, its days know both.
     */
    private static void months(Map<String, @Nullable Object> parameters) {
        LocalDate from = LocalDate.parse(String.valueOf(parameters.get("from")), DAY);
        LocalDate to = LocalDate.parse(String.valueOf(parameters.get("to")), DAY);
        YearMonth first = from.getDayOfMonth() == 1
                ? YearMonth.from(from)
                : YearMonth.from(from).plusMonths(1);
        YearMonth last = to.equals(YearMonth.from(to).atEndOfMonth())
                ? YearMonth.from(to)
                : YearMonth.from(to).minusMonths(1);
        boolean none = first.isAfter(last) || parameters.get("provider") != null;
        parameters.put("months_from", none ? parameters.get("from") : MONTH.format(first));
        // A month's last day and one that is none: it sorts after its days, and before the next month.
        parameters.put("months_until", none ? parameters.get("from") : MONTH.format(last) + "-32");
    }

    private static void range(
            UnaryOperator<@Nullable String> raw,
            String single,
            String form,
            DateTimeFormatter format,
            Map<String, @Nullable Object> parameters) {
        String one = period(raw, single, form, format);
        String from = period(raw, "from", form, format);
        String to = period(raw, "to", form, format);
        if (one != null && (from != null || to != null)) {
            throw refusal(single, single + " cannot be combined with from or to");
        }
        if (from != null && to != null && from.compareTo(to) > 0) {
            throw refusal("from", "from must not be after to");
        }
        parameters.put("from", one == null ? from : one);
        parameters.put("to", one == null ? to : one);
    }

    private static @Nullable String period(
            UnaryOperator<@Nullable String> raw, String name, String form, DateTimeFormatter format) {
        String value = raw.apply(name);
        if (value == null) {
            return null;
        }
        try {
            if (value.length() == form.length()) {
                if (format == DAY) {
                    LocalDate.parse(value, format);
                } else {
                    YearMonth.parse(value, format);
                }
                return value;
            }
        } catch (DateTimeException e) {
            throw refusal(
                    name, name + " must be " + (format == DAY ? "a date" : "a month") + " that exists, as " + form);
        }
        throw refusal(name, name + " must be written as " + form);
    }

    private static int limit(UnaryOperator<@Nullable String> raw, int otherwise) {
        String value = raw.apply("limit");
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw refusal("limit", "limit must be a whole number from 1 to " + MOST_ROWS);
        }
        int limit = Integer.parseInt(value);
        if (limit < 1 || limit > MOST_ROWS) {
            throw new RequestException(ErrorCode.OUT_OF_RANGE, "limit must be from 1 to " + MOST_ROWS, "limit");
        }
        return limit;
    }

    private static boolean csv(UnaryOperator<@Nullable String> raw) {
        String format = raw.apply("format");
        if (format == null || format.equals("json")) {
            return false;
        }
        if (format.equals("csv")) {
            return true;
        }
        throw refusal("format", "format must be json or csv");
    }

    private static RequestException refusal(String param, String message) {
        return new RequestException(ErrorCode.INVALID_VALUE, message, param);
    }
}
