package dev.caravan.route;

import dev.caravan.usage.Cost;
import dev.caravan.usage.RequestStatus;
import dev.caravan.wire.TokenUsage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one model, found once and then kept in arrays: adding a request makes no text and no tag. The names are
 * OpenTelemetry's for generative AI. Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/
 */
final class ModelMeter {

    /** Where a request may have come in, and what that is called; the last is for a path that is written otherwise. */
    private static final String[] ENTRANCES = {"api", "openai", "anthropic", "other"};

    private static final Map<String, Integer> ENTRANCE_OF =
            Map.of("/api/chat/completions", 0, "/v1/chat/completions", 1, "/v1/messages", 2);

    private static final RequestStatus[] STATUSES = RequestStatus.values();

    private static final Duration[] DURATIONS =
            seconds(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
    private static final Duration[] FIRST_PIECES =
            seconds(0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10);

    private final MeterRegistry registry;
    private final String provider;
    private final Tags names;
    private final Tags genAi;
    private final AtomicReferenceArray<Timer> durations = new AtomicReferenceArray<>(STATUSES.length);
    private final AtomicReferenceArray<Counter> requests =
            new AtomicReferenceArray<>(STATUSES.length * ENTRANCES.length);
    private final Counter input;
    private final Counter output;
    private final LongAdder costMicros = new LongAdder();
    private volatile @Nullable Timer firstPieces;

    ModelMeter(MeterRegistry registry, String provider, String model) {
        this.registry = registry;
        this.provider = provider;
        names = Tags.of("provider", provider, "model", model);
        genAi = Tags.of("gen_ai.provider.name", provider, "gen_ai.request.model", model);
        input = tokens("input");
        output = tokens("output");
        FunctionCounter.builder(
                        "caravan.cost.usd",
                        costMicros,
                        micros -> BigDecimal.valueOf(micros.sum(), 6).doubleValue())
                .description("What the settled requests cost; the ledger has it exactly")
                .tags(names)
                .register(registry);
        requests(0, RequestStatus.OK);
    }

    String provider() {
        return provider;
    }

    void settled(String endpoint, RequestStatus status, long nanos) {
        duration(status).record(nanos, TimeUnit.NANOSECONDS);
        requests(ENTRANCE_OF.getOrDefault(endpoint, ENTRANCES.length - 1), status)
                .increment();
    }

    void firstPiece(long nanos) {
        Timer timer = firstPieces;
        if (timer == null) {
            timer = Timer.builder("gen_ai.server.time_to_first_token")
                    .description("From the request to the first piece of its stream that the caller was sent")
                    .tags(genAi.and("gen_ai.operation.name", "chat"))
                    .serviceLevelObjectives(FIRST_PIECES)
                    .register(registry);
            firstPieces = timer;
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    void used(TokenUsage usage, Cost cost) {
        input.increment(usage.promptTokens());
        output.increment(usage.completionTokens());
        costMicros.add(cost.totalMicros());
    }

    /** A histogram is long, so it is made when its outcome is first seen; two threads at once get the same one from the registry. */
    private Timer duration(RequestStatus status) {
        Timer timer = durations.get(status.ordinal());
        if (timer == null) {
            timer = Timer.builder("gen_ai.client.operation.duration")
                    .description("From the request to its settled bill")
                    .tags(genAi.and("gen_ai.operation.name", "chat", "outcome", status.wireName()))
                    .serviceLevelObjectives(DURATIONS)
                    .register(registry);
            durations.set(status.ordinal(), timer);
        }
        return timer;
    }

    private Counter requests(int entrance, RequestStatus status) {
        int place = entrance * STATUSES.length + status.ordinal();
        Counter counter = requests.get(place);
        if (counter == null) {
            counter = Counter.builder("caravan.requests")
                    .description("Requests that were settled: the ledger's rows")
                    .tags(names.and("entrance", ENTRANCES[entrance], "status", status.wireName()))
                    .register(registry);
            requests.set(place, counter);
        }
        return counter;
    }

    private Counter tokens(String type) {
        return Counter.builder("gen_ai.client.token.usage")
                .description("Tokens as they were billed")
                .tags(genAi.and("gen_ai.token.type", type))
                .register(registry);
    }

    private static Duration[] seconds(double... bounds) {
        return DoubleStream.of(bounds)
                .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
                .toArray(Duration[]::new);
    }
}
