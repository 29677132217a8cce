package dev.caravan.access;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a key's limits leave room for one more request: used + reserved + what this one may use at most must not
 * exceed the limit. Pure.
 */
final class KeyJudge {

    /** Where what is reserved now may be given back at any moment. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private KeyJudge() {}

    /**
     * @param counter of now
     * @param underWay what the key has reserved in this day and month, micro-USD; part of the counter
     * @return null where there is room
     */
    static @Nullable RequestException refusal(
            KeyLimits limits, KeyCounter counter, long tokens, long micros, long underWay, Instant now) {
        Long most = limits.requestsPerMinute();
        if (most != null && counter.requests() + 1 > most) {
            return rate("requests", most, "", counter, now);
        }
        most = limits.tokensPerMinute();
        if (most != null && counter.tokens() + tokens > most) {
            String why = "; this request may use up to " + tokens + " (prompt and max_tokens)";
            return rate("tokens", most, why, counter, now);
        }
        most = limits.dayMicros();
        if (most != null && counter.dayMicros() + micros > most) {
            boolean soon = counter.dayMicros() - underWay + micros <= most;
            return budget("day", most, micros, soon ? SOON : until(counter.dayEnd(), now));
        }
        most = limits.monthMicros();
        if (most != null && counter.monthMicros() + micros > most) {
            boolean soon = counter.monthMicros() - underWay + micros <= most;
            return budget("month", most, micros, soon ? SOON : until(counter.monthEnd(), now));
        }
        return null;
    }

    private static RequestException rate(String what, long most, String why, KeyCounter counter, Instant now) {
        return new RequestException(
                ErrorCode.RATE_LIMITED,
                "This gateway key may use " + most + " " + what + " a minute" + why,
                until(counter.minuteEnd(), now));
    }

    private static RequestException budget(String period, long most, long micros, Duration wait) {
        return new RequestException(
                ErrorCode.BUDGET_EXCEEDED,
                "This gateway key's budget of " + usd(most) + " USD a " + period
                        + " leaves no room for this request, which may cost up to " + usd(micros)
                        + " USD (prompt and max_tokens)",
                wait);
    }

    private static Duration until(Instant end, Instant now) {
        return Duration.between(now, end);
    }

    private static String usd(long micros) {
        BigDecimal usd = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        return usd.toPlainString();
    }
}
