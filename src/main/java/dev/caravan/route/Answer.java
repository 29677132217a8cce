package dev.caravan.route;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.dialect.Charge;
import dev.caravan.dialect.Dialect;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.RequestException;
import dev.caravan.route.edge.CallerConnection;
import dev.caravan.usage.UsageRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last step of every route: the answer or the error, in the format of the entrance. Bodies are byte buffers, because
 * Camel's server would stream any other type, through a queue that all connections share.
 */
public final class Answer {

    /** Names the model that served, where it is another than the one that was asked for. */
    static final String SERVED_BY = "X-Served-By";

    private static final Logger LOG = LoggerFactory.getLogger(Answer.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A wait that a caller is told where the provider named none. */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    /** A longer wait is for the person behind the client: the SDKs would not wait so long, but try again at once. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Dialect api;
    private final Dialect openAi;
    private final Dialect anthropic;

    public Answer(Dialect api, Dialect openAi, Dialect anthropic) {
        this.api = api;
        this.openAi = openAi;
        this.anthropic = anthropic;
    }

    /** The answer of a settled chat call. */
    @NeverWaits
    public void write(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        UsageRecord record = call.record();
        var answer = new dev.caravan.dialect.Answer(
                call.request(),
                call.model(),
                call.response(),
                record.usage(),
                new Charge(record.cost().inputMicros(), record.cost().outputMicros()),
                call.upstreamRequest().adjustments(),
                call.acceptedAt());
        if (call.isStream()) {
            // The bill is on disk: now the last event may leave.
            call.stream().end(call.stream().writer().end(answer));
            leaveNothing(exchange);
            return;
        }
        send(exchange, 200, call.dialect().answer(answer), "application/json");
        exchange.getMessage().setHeader("X-Session-Id", call.request().sessionId());
        String servedBy = call.servedBy();
        if (servedBy != null) {
            exchange.getMessage().setHeader(SERVED_BY, servedBy);
        }
    }

    /** A page that is JSON; a file is ready as it is. */
    @NeverWaits
    public void page(Exchange exchange) throws Exception {
        if (exchange.getMessage().getBody() instanceof ByteBuffer) {
            return;
        }
        send(exchange, 200, json(exchange.getMessage().getBody()), "application/json");
    }

    /** The error that ended the route. */
    @NeverWaits
    public void writeError(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        ChatCall call = ChatCall.find(exchange);
        GatewayException error = explain(failure, call);
        CallerConnection caller = CallerConnection.of(exchange);
        String requestId = caller.requestId();
        if (error.code() == ErrorCode.INTERNAL_ERROR) {
            LOG.error("{} failed", requestId, failure);
        } else {
            LOG.debug("{} answered with {}", requestId, error.code());
        }
        if (call != null && call.hasBegun()) {
            call.stream().end(call.stream().writer().error(error, requestId));
            leaveNothing(exchange);
            return;
        }
        Dialect dialect = call == null ? spokenAt(caller.path()) : call.dialect();
        send(exchange, error.code().status(), dialect.error(error, requestId), "application/json");
        Message message = exchange.getMessage();
        Duration wait = retryAfter(error);
        if (wait != null) {
            message.setHeader("Retry-After", Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000)));
        }
        if (error.code() == ErrorCode.QUOTA_EXHAUSTED || (wait != null && wait.compareTo(LONGEST_WAIT) > 0)) {
            message.setHeader("x-should-retry", "false");
        }
        if (error.code() == ErrorCode.GATEWAY_KEY_INVALID) {
            message.setHeader("WWW-Authenticate", "Bearer");
        }
    }

    /** Whose error format a page speaks that is no chat. */
    private Dialect spokenAt(String path) {
        if (path.startsWith("/v1/messages")) {
            return anthropic;
        }
        return path.startsWith("/v1/") ? openAi : api;
    }

    private static @Nullable Duration retryAfter(GatewayException error) {
        return switch (error.code()) {
            case RATE_LIMITED, BUDGET_EXCEEDED, OVERLOADED, LEDGER_UNAVAILABLE ->
                error.retryAfter() == null ? SHORTEST_WAIT : error.retryAfter();
            default -> null;
        };
    }

    /** Nothing internal reaches a caller: what is not in the closed vocabulary is an internal error. */
    private static GatewayException explain(Throwable failure, @Nullable ChatCall call) {
        if (call != null) {
            GatewayException known = UpstreamFailures.explain(failure, call);
            if (known != null) {
                return known;
            }
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GatewayException known) {
                return known;
            }
        }
        return new RequestException(ErrorCode.INTERNAL_ERROR, "Internal error", (String) null);
    }

    private static byte[] json(Object body) throws Exception {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        return JSON.writeValueAsBytes((ObjectNode) body);
    }

    /** The answer has left already. */
    private static void leaveNothing(Exchange exchange) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    /** Sets status, type and body; whatever stood in the message before is gone. */
    static void send(Exchange exchange, int status, byte[] body, String type) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setBody(ByteBuffer.wrap(body));
    }
}
