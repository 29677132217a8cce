package dev.caravan.route;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.processor.Pipeline;
import org.apache.camel.processor.PipelineHelper;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.ExchangeHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps one after the other, as Camel's {@link Pipeline} has them, but without a queue between two steps: a step that is done when
 * it returns is followed by the next one at once, and one that is done later goes on from where it ends. The steps are started
 * and stopped by the pipeline that they are from.
 */
final class StepSequence extends AsyncProcessorSupport {

    private static final Logger LOG = LoggerFactory.getLogger(StepSequence.class);

    private final AsyncProcessor[] steps;

    private StepSequence(List<Processor> steps) {
        this.steps = steps.stream().map(AsyncProcessorConverterHelper::convert).toArray(AsyncProcessor[]::new);
    }

    /** The same steps; what is no pipeline is one step. */
    static AsyncProcessor of(Processor steps) {
        return steps instanceof Pipeline pipeline
                ? new StepSequence(pipeline.next())
                : AsyncProcessorConverterHelper.convert(steps);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        return process(exchange, callback, System.nanoTime());
    }

    /**
     * As Camel asks for it, by one who has just read the clock.
     *
     * @param now {@link System#nanoTime()} of this moment
     */
    boolean process(Exchange exchange, AsyncCallback callback, long now) {
        return new Position(exchange, callback, now).walk();
    }

    /** Where one exchange is. */
    final class Position extends AtomicInteger implements AsyncCallback {

        private static final int IN_STEP = 0;
        private static final int DONE_IN_STEP = 1;
        private static final int AWAY = 2;

        private static final long serialVersionUID = 1L;

        private final transient Exchange exchange;
        private final transient AsyncCallback callback;
        private int next;
        private boolean atOnce = true;
        /** {@link System#nanoTime()} of the end of the last step, which is the beginning of the next one. */
        private long now;

        private Position(Exchange exchange, AsyncCallback callback, long now) {
            this.exchange = exchange;
            this.callback = callback;
            this.now = now;
        }

        /** Goes on; answers whether all is done since {@link StepSequence#process}, without a step that was done later. */
        boolean walk() {
            while (next < steps.length && goesOn()) {
                ExchangeHelper.prepareOutToIn(exchange);
                AsyncProcessor step = steps[next++];
                if (step instanceof StepChannel channel && channel.isQuick(exchange)) {
                    now = channel.walkQuick(exchange, now);
                    continue;
                }
                set(IN_STEP);
                begin(step);
                if (compareAndSet(IN_STEP, AWAY)) {
                    return false;
                }
            }
            ExchangeHelper.copyResults(exchange, exchange);
            boolean whole = atOnce;
            callback.done(whole);
            return whole;
        }

        private void begin(AsyncProcessor step) {
            try {
                if (step instanceof StepChannel channel) {
                    channel.process(exchange, this, now);
                } else {
                    step.process(exchange, this);
                }
            } catch (RuntimeException | LinkageError e) {
                // A step should tell of its failure in the exchange; one that does not must leave nobody waiting.
                exchange.setException(e);
                compareAndSet(IN_STEP, DONE_IN_STEP);
            }
        }

        private boolean goesOn() {
            return next == 0
                    ? !exchange.isRouteStop()
                    : PipelineHelper.continueProcessing(exchange, "the walk ends here", LOG);
        }

        /** Told once for each step, by whichever thread ends it. */
        @Override
        public void done(boolean doneSync) {
            done(System.nanoTime());
        }

        /** As {@link #done(boolean)}, by one who has just read the clock. */
        void done(long end) {
            now = end;
            if (!compareAndSet(IN_STEP, DONE_IN_STEP)) {
                atOnce = false;
                walk();
            }
        }
    }
}
