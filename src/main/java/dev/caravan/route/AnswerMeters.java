package dev.caravan.route;

import dev.caravan.route.edge.AnswerListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** How long the answers took, by route and status, whoever asked and for whatever. Safe for all threads. */
public final class AnswerMeters implements AnswerListener {

    private static final Duration[] BOUNDS = LongStream.of(
                    5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** Of a closed vocabulary: the methods we know, the routes' own paths, the statuses that we answer with. */
    private record Kind(String method, String route, int status) {}

    private final MeterRegistry registry;
    private final ConcurrentMap<Kind, Timer> timers = new ConcurrentHashMap<>();

    public AnswerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void answered(String method, String route, int status, long nanos) {
        Kind kind = new Kind(method, route, status);
        Timer timer = timers.get(kind);
        if (timer == null) {
            timer = timers.computeIfAbsent(kind, this::timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** As the route's file has it: the server's {@code :id} is {@code {id}} there. */
    private static String template(String route) {
        return route.isEmpty() ? "none" : route.replaceAll(":([A-Za-z_]+)", "{$1}");
    }

    private Timer timer(Kind kind) {
        return Timer.builder("http.server.request.duration")
                .description("From the request's head to the answer's end")
                .tag("method", kind.method())
                .tag("route", template(kind.route()))
                .tag("status_code", Integer.toString(kind.status()))
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }
}
