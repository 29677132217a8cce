package dev.caravan.route;

import dev.caravan.access.Admission;
import dev.caravan.route.edge.CallerServer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** A step that may wait: what comes from an event loop walks it, and on from it, on a worker thread. */
final class WorkerStep extends DelegateAsyncProcessor {

    /** What is longer is parsed and translated beside the event loop: it takes milliseconds, for which all others would wait. */
    static final int LONG_BYTES = CallerServer.LONG_BYTES;

    WorkerStep(Processor step) {
        super(step);
    }

    /** What may wait, and tells its end as {@link org.apache.camel.AsyncProcessor} does. */
    @FunctionalInterface
    interface Work {
        boolean begin(Exchange exchange, AsyncCallback callback) throws Exception;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        return Context.isOnEventLoopThread()
                ? onWorker(exchange, callback, processor::process)
                : processor.process(exchange, callback);
    }

    /** Does the work on a worker thread; called on an event loop. Answers false, as what ends elsewhere does. */
    static boolean onWorker(Exchange exchange, AsyncCallback callback, Work work) {
        Context loop = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
        Callable<Exchange> task = () -> {
            try {
                work.begin(exchange, done -> callback.done(false));
            } catch (Exception | LinkageError e) {
                exchange.setException(e);
                callback.done(false);
            }
            return exchange;
        };
        loop.executeBlocking(task, false).onFailure(failure -> {
            boolean noThread = failure instanceof RejectedExecutionException;
            exchange.setException(noThread ? Admission.refusal() : failure);
            callback.done(false);
        });
        return false;
    }
}
