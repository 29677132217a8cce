package dev.caravan.route;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP step of a provider's route: calls where its camel-http endpoint says, with the headers of the message that the
 * endpoint lets through, on the caller's event loop; camel-http itself would hold a thread until the provider answers. The answer,
 * whose head is there, is the body for the next step. What is no call of a provider, such as an engineer's own HTTP step, is
 * camel-http's, on a worker thread.
 */
final class UpstreamStep extends DelegateAsyncProcessor {

    private static final CharSequence USER_AGENT = HttpHeaders.createOptimized("Caravan");

    private final HttpEndpoint endpoint;
    private final UpstreamClient client;
    private volatile @Nullable UpstreamAddress address;

    UpstreamStep(HttpEndpoint endpoint, UpstreamClient client, WorkerStep camels) {
        super((Processor) camels);
        this.endpoint = endpoint;
        this.client = client;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        ChatCall call = ChatCall.find(exchange);
        if (call == null || !call.takesTurn()) {
            return super.process(exchange, callback);
        }
        UpstreamAddress known = address;
        if (known == null) {
            known = new UpstreamAddress(endpoint);
            address = known;
        }
        Message message = exchange.getMessage();
        RequestOptions request = known.request(message);
        request.addHeader(HttpHeaders.USER_AGENT, USER_AGENT);
        // The endpoint takes it for the body's, and does not let it through.
        request.addHeader(HttpHeaders.CONTENT_TYPE, message.getHeader(Exchange.CONTENT_TYPE, String.class));
        addHeaders(exchange, message, request);
        byte[] body = message.getBody(byte[].class);
        // While the provider thinks, nothing of what was sent has to be kept: another try translates anew.
        message.setBody(null);
        message.removeHeaders("*");
        call.onLoop(() -> send(exchange, call, request, body, callback));
        return false;
    }

    private void send(Exchange exchange, ChatCall call, RequestOptions request, byte[] body, AsyncCallback callback) {
        UpstreamExchange upstream = new UpstreamExchange(call.loop());
        call.upstreamCancel(upstream::cancel);
        upstream.send(client.of(call.loop()), request, Buffer.buffer(Unpooled.wrappedBuffer(body)), failure -> {
            answered(exchange, upstream, failure);
            callback.done(false);
        });
    }

    private static void answered(Exchange exchange, UpstreamExchange upstream, @Nullable IOException failure) {
        if (failure != null) {
            exchange.setException(failure);
            return;
        }
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, upstream.status());
        message.setBody(upstream);
    }

    private void addHeaders(Exchange exchange, Message message, RequestOptions request) {
        HeaderFilterStrategy filter = endpoint.getHeaderFilterStrategy();
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            Object value = header.getValue();
            if (value != null && !filter.applyFilterToCamelHeaders(header.getKey(), value, exchange)) {
                request.addHeader(header.getKey(), value.toString());
            }
        }
    }
}
