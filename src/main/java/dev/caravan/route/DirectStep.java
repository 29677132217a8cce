package dev.caravan.route;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.processor.SendProcessor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** A step that goes to another route and comes back from it: nothing is sent, so nobody has to be told that something was. */
final class DirectStep extends DelegateAsyncProcessor {

    private final DirectEndpoint endpoint;
    private final String uri;
    private @Nullable AsyncProducer way;

    private DirectStep(SendProcessor send, DirectEndpoint endpoint) {
        super((Processor) send);
        this.endpoint = endpoint;
        uri = endpoint.getEndpointUri();
    }

    /** Camel's own step where it does more than that: changes the exchange's pattern, or reads or sets variables. */
    static Processor of(SendProcessor send, DirectEndpoint endpoint) {
        boolean more = send.getPattern() != null
                || send.getVariableSend() != null
                || send.getVariableReceive() != null
                || endpoint.getEndpointUri().contains("?");
        return more ? send : new DirectStep(send, endpoint);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        way = endpoint.createAsyncProducer();
        ServiceHelper.startService(way);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(way);
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        AsyncProducer open = way;
        if (open == null) {
            return super.process(exchange, callback);
        }
        exchange.setProperty(ExchangePropertyKey.TO_ENDPOINT, uri);
        return open.process(exchange, callback);
    }
}
