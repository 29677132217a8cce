package dev.caravan.route;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelInternalProcessorAdvice;

/** Takes the time of a whole route, and knows how many requests are in it. One for each loading of the route. */
final class RouteClock implements CamelInternalProcessorAdvice<Long> {

    private final StepTimes times = new StepTimes();
    private final AtomicInteger inside = new AtomicInteger();

    @Override
    public Long before(Exchange exchange) {
        begin();
        return System.nanoTime();
    }

    @Override
    public void after(Exchange exchange, Long began) {
        end(exchange, System.nanoTime() - began);
    }

    void begin() {
        inside.incrementAndGet();
    }

    void end(Exchange exchange, long nanos) {
        times.walked(nanos, exchange.getException() != null);
        inside.decrementAndGet();
    }

    @Override
    public boolean hasState() {
        return true;
    }

    StepTimes times() {
        return times;
    }

    int inside() {
        return inside.get();
    }
}
