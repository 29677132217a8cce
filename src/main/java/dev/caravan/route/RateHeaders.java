package dev.caravan.route;

import dev.caravan.access.RateState;
import dev.caravan.route.edge.CallerConnection;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * What is left of the key's minute, in the headers that the caller's own client knows. Put into the answer before anybody has
 * begun to write it, so that every kind of answer has them: whole, streamed, or refused.
 */
final class RateHeaders {

    private RateHeaders() {}

    static void put(CallerConnection caller, RateState rates) {
        boolean anthropic = caller.path().startsWith("/v1/messages");
        Long requests = rates.requestLimit();
        if (requests != null) {
            put(caller.response(), anthropic, "requests", requests, rates.requestsLeft(), rates);
        }
        Long tokens = rates.tokenLimit();
        if (tokens != null) {
            put(caller.response(), anthropic, "tokens", tokens, rates.tokensLeft(), rates);
        }
    }

    private static void put(
            HttpServerResponse response, boolean anthropic, String what, long limit, long left, RateState rates) {
        if (anthropic) {
            String prefix = "anthropic-ratelimit-" + what;
            response.putHeader(prefix + "-limit", Long.toString(limit));
            response.putHeader(prefix + "-remaining", Long.toString(left));
            response.putHeader(
                    prefix + "-reset",
                    rates.resetAt()
                            .plusMillis(999)
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString());
        } else {
            response.putHeader("x-ratelimit-limit-" + what, Long.toString(limit));
            response.putHeader("x-ratelimit-remaining-" + what, Long.toString(left));
            response.putHeader("x-ratelimit-reset-" + what, seconds(rates.resetAfter()));
        }
    }

    /** As OpenAI writes it, in whole seconds: {@code 42s}, {@code 1m0s}. */
    private static String seconds(Duration wait) {
        long seconds = Math.max(0, (wait.toMillis() + 999) / 1000);
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
