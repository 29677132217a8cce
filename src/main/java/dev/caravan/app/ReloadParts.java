package dev.caravan.app;

import dev.caravan.route.ReloadLog;
import dev.caravan.route.RouteHandover;
import dev.caravan.route.RouteReload;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/** What happens when a file is saved while requests are under way, and what became of it. */
final class ReloadParts {

    private static final int LOOK_SECONDS = 1;

    private final ReloadLog log;
    private final RouteHandover handover;

    /** Before the context is configured. */
    ReloadParts(CamelContext camel, Clock clock) {
        log = new ReloadLog(clock);
        handover = new RouteHandover(camel);
        camel.setShutdownStrategy(handover);
    }

    ReloadLog log() {
        return log;
    }

    /** The routes run. Ends with the context. */
    void start(CamelContext camel) throws IOException {
        RouteReload.attach(camel, handover, log);
        camel.getExecutorServiceManager()
                .newSingleThreadScheduledExecutor(this, "retired-routes")
                .scheduleWithFixedDelay(handover::clear, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }
}
