package dev.caravan.route;

import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.management.DefaultInstrumentationProcessor;
import org.apache.camel.management.PerformanceCounter;

/** JMX's count of a whole route, for one who has read the clock: Camel reads it for itself, twice a route. */
final class RouteCount extends DefaultInstrumentationProcessor {

    private volatile boolean counts;

    RouteCount(String type) {
        super(type);
    }

    @Override
    public void setCounter(Object counter) {
        super.setCounter(counter);
        counts |= counter instanceof PerformanceCounter;
    }

    /** @return whether its end is to be told */
    boolean begin(Exchange exchange) {
        boolean told = counts;
        if (told) {
            beginTime(exchange);
        }
        return told;
    }

    void end(Exchange exchange, long nanos) {
        recordTime(exchange, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
