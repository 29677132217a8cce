package dev.caravan.access;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What counts against one key's limits: what is used and what is reserved, together, in the key's minute, day and month.
 *
 * <p>A minute begins with its first request and ends 60 seconds later; days and months are UTC. The time is the gateway's.
 * Windows only move forward: a clock that is set back, or that of a gateway which is behind, counts in the window that is
 * there, and one that is set forward begins the next window early, once, which then lasts until that time has really come.
 * So no clock makes more windows than there are minutes, days and months.
 *
 * @param minuteMs begin of the minute, milliseconds since 1970
 * @param day days since 1970
 * @param month 12 * year + month
 */
record KeyCounter(long minuteMs, long requests, long tokens, long day, long dayMicros, long month, long monthMicros) {

    static final long MINUTE_MS = 60_000;

    /** At that time: windows that are over begin again from nothing. */
    KeyCounter at(Instant now) {
        long nowMs = now.toEpochMilli();
        LocalDate date = LocalDate.ofInstant(now, ZoneOffset.UTC);
        long thisDay = date.toEpochDay();
        long thisMonth = 12L * date.getYear() + date.getMonthValue();
        boolean nextMinute = nowMs >= minuteMs + MINUTE_MS;
        return new KeyCounter(
                nextMinute ? nowMs : minuteMs,
                nextMinute ? 0 : requests,
                nextMinute ? 0 : tokens,
                Math.max(day, thisDay),
                thisDay > day ? 0 : dayMicros,
                Math.max(month, thisMonth),
                thisMonth > month ? 0 : monthMicros);
    }

    /** With one more request that reserves so much. */
    KeyCounter plus(long moreTokens, long moreMicros) {
        return new KeyCounter(
                minuteMs,
                requests + 1,
                tokens + moreTokens,
                day,
                dayMicros + moreMicros,
                month,
                monthMicros + moreMicros);
    }

    /** What a request reserves in the windows of now. */
    Reservation reserve(String requestId, String keyId, long tokensAtMost, long microsAtMost) {
        return new Reservation(requestId, keyId, minuteMs, tokensAtMost, day, month, microsAtMost);
    }

    /** A reservation becomes what was really used; in windows that are over nothing changes any more. */
    KeyCounter settle(Reservation reserved, long usedTokens, long usedMicros) {
        long tokensMore = usedTokens - reserved.tokens();
        long microsMore = usedMicros - reserved.micros();
        return new KeyCounter(
                minuteMs,
                requests,
                reserved.minuteMs() == minuteMs ? Math.max(0, tokens + tokensMore) : tokens,
                day,
                reserved.day() == day ? Math.max(0, dayMicros + microsMore) : dayMicros,
                month,
                reserved.month() == month ? Math.max(0, monthMicros + microsMore) : monthMicros);
    }

    Instant minuteEnd() {
        return Instant.ofEpochMilli(minuteMs + MINUTE_MS);
    }

    Instant dayEnd() {
        return LocalDate.ofEpochDay(day + 1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    Instant monthEnd() {
        long next = month;
        return LocalDate.of((int) (next / 12), (int) (next % 12) + 1, 1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }
}
