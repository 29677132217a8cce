package dev.caravan.app;

import dev.caravan.dialect.AnthropicDialect;
import dev.caravan.dialect.ApiDialect;
import dev.caravan.dialect.OpenAiDialect;
import dev.caravan.route.Answer;
import dev.caravan.route.Bill;
import dev.caravan.route.Deadlines;
import dev.caravan.route.Entrance;
import dev.caravan.route.Failover;
import dev.caravan.route.KeyRests;
import dev.caravan.route.Models;
import dev.caravan.route.Repeats;
import dev.caravan.route.Retry;
import dev.caravan.route.TokenLimit;
import dev.caravan.route.TokenPage;
import dev.caravan.usage.Journal;
import dev.caravan.usage.TokenCounter;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.spi.Registry;

/** The steps that a chat request walks, from the entrances to the answer, but for its door, its provider and its ledger. */
final class WalkParts implements AutoCloseable {

    private final Settings settings;
    private final Clock clock;
    private final TokenCounter counter = new TokenCounter();
    private final Deadlines deadlines = new Deadlines();
    private final ApiDialect api;
    private final OpenAiDialect openAi;
    private final AnthropicDialect anthropic;

    WalkParts(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        SessionIds sessionIds = new SessionIds(clock);
        api = new ApiDialect(sessionIds::next);
        openAi = new OpenAiDialect(sessionIds::next);
        anthropic = new AnthropicDialect(sessionIds::next);
    }

    void bind(Registry beans, Journal journal, MeterParts meters) {
        deadlines.start();
        beans.bind("deadlines", deadlines);
        Duration budget = settings.millis("provider.call-timeout-ms", 1);
        Duration patience = settings.millis("gateway.unread-timeout-ms", 1);
        beans.bind("apiEntrance", new Entrance(api, deadlines, budget, patience, clock));
        beans.bind("openAiEntrance", new Entrance(openAi, deadlines, budget, patience, clock));
        beans.bind("anthropicEntrance", new Entrance(anthropic, deadlines, budget, patience, clock));
        beans.bind(
                "repeats",
                new Repeats(
                        settings.millis("gateway.idempotency-ms", 0),
                        settings.wholeLong("gateway.idempotency-bytes", 0)));
        beans.bind("tokenLimit", new TokenLimit(counter));
        beans.bind("bill", new Bill(journal, counter, meters.models(), clock));
        bindSecondTries(beans, meters);
        beans.bind("answer", new Answer(api, openAi, anthropic));
    }

    private void bindSecondTries(Registry beans, MeterParts meters) {
        Retry retry = new Retry(
                settings.whole("retry.max-attempts", 1),
                settings.millis("retry.first-wait-ms", 0),
                settings.millis("retry.longest-wait-ms", 0));
        beans.bind("retry", retry);
        KeyRests rests = new KeyRests(
                settings.millis("provider.key-rest-ms", 0), settings.millis("provider.key-refused-rest-ms", 0));
        int tries = settings.whole("retry.attempts-before-fallback", 1);
        beans.bind("failover", new Failover(retry, counter, rests, meters.failovers(), tries));
    }

    TokenCounter tokenCounter() {
        return counter;
    }

    TokenPage tokenPage(Models models) {
        return new TokenPage(anthropic, models, counter);
    }

    @Override
    public void close() {
        deadlines.stop();
    }
}
