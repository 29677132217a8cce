package dev.caravan.usage;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/**
 * Times in UTC as the journal, the ledger and the log hold them, for the years 0 to 9999. By hand, because each request writes five and
 * reads two of them: {@link DateTimeFormatter} takes a microsecond for each.
 */
public final class UtcText {

    private static final int SECONDS_OF_DAY = 86_400;
    private static final int LONGEST = "2026-11-23T09:16:38.123456789Z".length();

    private UtcText() {}

    /** {@code 2026-11-23}. */
    static String day(Instant time) {
        return date(time).substring(0, 10);
    }

    /** {@code 2026-11}. */
    static String month(Instant time) {
        return date(time).substring(0, 7);
    }

    /** {@code 2026-11-23T09:16:38.123Z}: cut, not rounded. */
    public static String millis(Instant time) {
        StringBuilder text = new StringBuilder(LONGEST);
        appendSeconds(text, time);
        digits(text.append('.'), time.getNano() / 1_000_000, 3);
        return text.append('Z').toString();
    }

    /** {@code 2026-11-23T09:16:38.123456789Z}: nothing is lost. */
    static void append(StringBuilder text, Instant time) {
        appendSeconds(text, time);
        digits(text.append('.'), time.getNano(), 9);
        text.append('Z');
    }

    /**
     * Any form of ISO 8601 that {@link Instant#parse} reads.
     *
     * @throws DateTimeException where it is none
     */
    static Instant parse(String text) {
        if (text.length() != LONGEST || text.charAt(19) != '.' || text.charAt(10) != 'T') {
            return Instant.parse(text);
        }
        int seconds = number(text, 11, 13) * 3600 + number(text, 14, 16) * 60 + number(text, 17, 19);
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        return Instant.ofEpochSecond(day * SECONDS_OF_DAY + seconds, number(text, 20, 29));
    }

    private static String date(Instant time) {
        StringBuilder text = new StringBuilder(LONGEST);
        appendDate(text, Math.floorDiv(time.getEpochSecond(), SECONDS_OF_DAY));
        return text.toString();
    }

    private static void appendSeconds(StringBuilder text, Instant time) {
        appendDate(text, Math.floorDiv(time.getEpochSecond(), SECONDS_OF_DAY));
        int second = Math.floorMod(time.getEpochSecond(), SECONDS_OF_DAY);
        digits(text.append('T'), second / 3600, 2);
        digits(text.append(':'), second / 60 % 60, 2);
        digits(text.append(':'), second % 60, 2);
    }

    private static void appendDate(StringBuilder text, long epochDay) {
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        digits(text, date.getYear(), 4);
        digits(text.append('-'), date.getMonthValue(), 2);
        digits(text.append('-'), date.getDayOfMonth(), 2);
    }

    private static void digits(StringBuilder text, int number, int digits) {
        int power = 1;
        for (int i = 1; i < digits; i++) {
            power *= 10;
        }
        for (; power > 0; power /= 10) {
            text.append((char) ('0' + number / power % 10));
        }
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new DateTimeException("not a digit at " + i + ": " + text);
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
