package dev.caravan.route;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Breaks off calls whose time is up, also where a provider drips its answer byte by byte, which no socket time-out sees. One
 * thread looks over all calls at a steady beat: cheaper than a timer for each call.
 */
public final class Deadlines extends ServiceSupport {

    private static final Duration BEAT = Duration.ofMillis(50);

    private final Set<ChatCall> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock;

    public Deadlines() {
        ThreadFactory threads = task -> {
            Thread thread = new Thread(task, "deadlines");
            thread.setDaemon(true);
            return thread;
        };
        clock = Executors.newSingleThreadScheduledExecutor(threads);
    }

    void watch(ChatCall call) {
        running.add(call);
    }

    void forget(ChatCall call) {
        running.remove(call);
    }

    @Override
    protected void doStart() {
        clock.scheduleWithFixedDelay(this::look, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        clock.shutdownNow();
    }

    private void look() {
        for (ChatCall call : running) {
            if (call.remainingNanos() <= 0) {
                // It stays: a fallback may get new time.
                call.expire();
            }
        }
    }
}
