package dev.caravan.route.edge;

import java.nio.ByteBuffer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole route of one request, on its worker thread: not begun for a caller who has gone meanwhile, its end told to the
 * caller's connection, and a failure that the route does not handle answered in our own format.
 */
final class Walk implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(Walk.class);

    private final Processor route;

    Walk(Processor route) {
        this.route = route;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        CallerConnection caller = CallerConnection.of(exchange);
        try {
            if (!caller.isGone()) {
                route.process(exchange);
            }
        } finally {
            caller.walked();
        }
        Exception failure = exchange.getException();
        if (failure != null) {
            LOG.error("{} failed, and its route does not answer for it", caller.requestId(), failure);
            EdgeError.internal(caller).write(caller.response());
        } else if (exchange.getMessage().getBody() instanceof byte[] bytes) {
            // Camel's server would stream an array through a queue that all connections share.
            exchange.getMessage().setBody(ByteBuffer.wrap(bytes));
        }
    }
}
