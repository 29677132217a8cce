package dev.caravan.route;

import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.IdHeaders;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.route.edge.CallerConnection;
import dev.caravan.wire.ChatRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;

/** Where a request becomes a {@link ChatCall}: one bean for each way of calling us. */
public final class Entrance {

    /** Whether the caller wants a stream, for the choice in each provider's route. */
    private static final String STREAM = "stream";

    private final Dialect dialect;
    private final Deadlines deadlines;
    private final Duration budget;
    private final Duration patience;
    private final Clock clock;

    /**
     * @param budget from here to the whole answer, or to the first byte of a stream, retries included
     * @param patience how long the caller of a stream may leave a full queue unread
     */
    public Entrance(Dialect dialect, Deadlines deadlines, Duration budget, Duration patience, Clock clock) {
        this.dialect = dialect;
        this.deadlines = deadlines;
        this.budget = budget;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Reads the request. From here on the exchange has a call, which ends with it.
     *
     * @throws RequestException 400 naming the field
     */
    @NeverWaits
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        CallerConnection caller = CallerConnection.of(exchange);
        HttpServerRequest request = caller.request();
        ChatCall call = new ChatCall(
                caller.requestId(),
                caller.clientRequestId(),
                caller.path(),
                dialect,
                caller.loop(),
                caller.response(),
                patience,
                clock.instant(),
                System.nanoTime(),
                budget.toNanos());
        exchange.setProperty(ChatCall.PROPERTY, call);
        watch(exchange, call, caller);
        Buffer body = message.getBody(Buffer.class);
        if (body == null || body.length() == 0) {
            throw new RequestException(
                    ErrorCode.MALFORMED_JSON, "The request body must be a JSON object", (String) null);
        }
        ChatRequest chat = CallerIdentity.of(exchange).own(dialect.parse(BufferBytes.of(body), headers(request)));
        call.read(chat);
        exchange.setProperty(STREAM, chat.stream());
        message.removeHeaders("*");
    }

    private void watch(Exchange exchange, ChatCall call, CallerConnection caller) {
        caller.onGone(call::callerLeft);
        deadlines.watch(call);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                deadlines.forget(call);
                call.leaveProvider();
            }
        });
    }

    private static IdHeaders headers(HttpServerRequest request) {
        return new IdHeaders(once(request, "X-Session-Id"), once(request, "X-User-Id"));
    }

    private static @org.jspecify.annotations.Nullable String once(HttpServerRequest request, String name) {
        List<String> values = request.headers().getAll(name);
        if (values.size() > 1) {
            throw new RequestException(ErrorCode.INVALID_VALUE, name + " must be given once", name);
        }
        return values.isEmpty() ? null : values.get(0);
    }
}
