package dev.caravan.route.edge;

import dev.caravan.error.RequestException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole route of one request: not begun for a caller who has gone meanwhile, its end told to the caller's connection, and a
 * failure that the route does not handle told as our own.
 */
final class Walk extends AsyncProcessorSupport {

    private static final Logger LOG = LoggerFactory.getLogger(Walk.class);

    private final AsyncProcessor route;

    Walk(Processor route) {
        this.route = AsyncProcessorConverterHelper.convert(route);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CallerConnection caller = CallerConnection.of(exchange);
        if (caller.isGone()) {
            caller.walked();
            callback.done(true);
            return true;
        }
        return route.process(exchange, doneSync -> {
            caller.walked();
            Exception failure = exchange.getException();
            if (failure != null && !(failure instanceof RequestException)) {
                LOG.error("{} failed, and its route does not answer for it", caller.requestId(), failure);
            }
            callback.done(doneSync);
        });
    }
}
