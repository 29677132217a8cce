package dev.caravan.route.edge;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one thing that a connection waits for, at most so long. For its event loop only. */
final class Deadline {

    private final EventExecutor loop;
    private @Nullable ScheduledFuture<?> timer;

    Deadline(EventExecutor loop) {
        this.loop = loop;
    }

    /** In place of what was waited for before. */
    void arm(Duration after, Runnable late) {
        disarm();
        timer = loop.schedule(late, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    void disarm() {
        ScheduledFuture<?> armed = timer;
        if (armed != null) {
            armed.cancel(false);
            timer = null;
        }
    }

    boolean armed() {
        return timer != null;
    }
}
