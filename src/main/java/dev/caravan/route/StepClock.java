package dev.caravan.route;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.Processor;
import org.apache.camel.spi.ManagementInterceptStrategy.InstrumentationProcessor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Takes the time of one step: as an advice of Camel's, or, where its error handler may try it again, around it. */
final class StepClock extends DelegateAsyncProcessor implements InstrumentationProcessor<Long> {

    private final StepTimes times;

    StepClock(StepTimes times, Processor step) {
        super(step);
        this.times = times;
    }

    StepTimes times() {
        return times;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        long began = System.nanoTime();
        return processor.process(exchange, doneSync -> {
            stop(exchange, began);
            callback.done(doneSync);
        });
    }

    @Override
    public Long before(Exchange exchange) {
        return System.nanoTime();
    }

    @Override
    public void after(Exchange exchange, Long began) {
        stop(exchange, began);
    }

    private void stop(Exchange exchange, long began) {
        times.walked(System.nanoTime() - began, exchange.getException() != null);
    }

    /** JMX keeps no count of steps: {@code camel.main.jmxManagementStatisticsLevel} is RoutesOnly, and this count is cheaper. */
    @Override
    public void setCounter(Object counter) {}

    /** Where Camel's own clock would be: outside everything but the tracer. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST - 2;
    }
}
