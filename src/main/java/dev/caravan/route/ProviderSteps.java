package dev.caravan.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.access.Admission;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.RequestException;
import dev.caravan.provider.StreamReader;
import dev.caravan.provider.Translator;
import dev.caravan.provider.UpstreamError;
import dev.caravan.provider.UpstreamRequest;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one provider's route. Each provider file declares one bean of this class and names its methods in the order in
 * which they are walked: {@code enter, translateRequest, authorize}, the call, {@code readAnswer, reject, translateAnswer}.
 */
public final class ProviderSteps implements CamelContextAware {

    /** The provider's status, for the route's choice. */
    static final String UPSTREAM_STATUS = "upstreamStatus";

    private static final String UPSTREAM_ERROR = "upstreamError";

    /** The provider's words of an error, which the route finds by JSONPath. */
    static final String UPSTREAM_MESSAGE = "upstreamMessage";

    private static final Duration BULKHEAD_RETRY_AFTER = Duration.ofSeconds(1);

    private final Clock clock = Clock.systemUTC();
    private @Nullable CamelContext context;
    private @Nullable String name;
    private @Nullable Translator translator;
    private List<String> keyVariables = List.of();
    private boolean keyOptional;
    private String keyHeader = "Authorization";
    private String keyPrefix = "";
    private @Nullable String baseUrl;
    private Duration streamIdle = Duration.ofSeconds(60);
    private Duration drain = Duration.ZERO;
    private Admission places = new Admission(Integer.MAX_VALUE);
    private volatile @Nullable ProviderKeys keys;

    @Override
    public void setCamelContext(@Nullable CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /** The provider's id, as the catalogue names it. */
    public void setName(String name) {
        this.name = name;
    }

    public String getName() {
        return Objects.requireNonNull(name, "a provider's bean needs a name");
    }

    public void setTranslator(Translator translator) {
        this.translator = translator;
    }

    /** The names of the environment variables that may hold its keys, separated by commas; the first that is set wins. */
    public void setKeyVariables(String names) {
        this.keyVariables = List.of(names.split("\\s*,\\s*"));
    }

    /** Whether the provider can be called without a key. Default: false. */
    public void setKeyOptional(boolean keyOptional) {
        this.keyOptional = keyOptional;
    }

    /** The header that carries the key. Default: {@code Authorization}. */
    public void setKeyHeader(String keyHeader) {
        this.keyHeader = keyHeader;
    }

    /** What stands before the key in its header, such as {@code "Bearer "}. Default: nothing. */
    public void setKeyPrefix(String keyPrefix) {
        this.keyPrefix = keyPrefix;
    }

    /** Where the provider is; only an empty one matters here: then the provider is switched off. Default: not switched off. */
    public void setBaseUrl(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** The bulkhead: how many calls may be under way to this provider at once, so that a hung one leaves the others alone. */
    public void setMaxCalls(int maxCalls) {
        this.places = new Admission(maxCalls);
    }

    /** The longest time between two pieces of a stream, milliseconds. Default: 60 s. */
    public void setStreamIdleMillis(long millis) {
        this.streamIdle = Duration.ofMillis(millis);
    }

    /**
     * How long to listen on when the caller of a stream has gone, milliseconds: for a provider that goes on working, and
     * billing, whoever listens, so that its own count is not lost. Default: 0, which breaks the call off at once and stops the
     * bill.
     */
    public void setDrainMillis(long millis) {
        this.drain = Duration.ofMillis(millis);
    }

    /** Whether it can be called: it has a key, or needs none, and it has an address. */
    public boolean isAvailable() {
        return isSwitchedOn() && (keyOptional || keys().count() > 0);
    }

    public boolean isSwitchedOn() {
        return baseUrl == null || !baseUrl.isBlank();
    }

    /** Whether it can be called, in words for a person: names of variables, never a value. */
    public String condition() {
        if (!isSwitchedOn()) {
            return "off: its base URL is not set";
        }
        int count = keys().count();
        if (count > 0) {
            return (count == 1 ? "key" : count + " keys") + " from " + keys().variable();
        }
        return keyOptional ? "needs no key" : "no key: set " + keys().variable();
    }

    /** What is wrong with the variable of its keys, without a value; null where nothing is. */
    public @Nullable String keyMistake() {
        return keys().mistake();
    }

    /** The condition of each of its keys, by name, where it has several. */
    Map<String, String> keyConditions() {
        return keys().conditions();
    }

    /** The name of the variable that should hold its key and does not; null where it is not for want of a key. */
    public @Nullable String missingVariable() {
        return isSwitchedOn() && !isAvailable() ? keys().variable() : null;
    }

    /** How many calls are under way to it. */
    public int inFlight() {
        return places.inFlight();
    }

    /**
     * Takes one of the provider's places.
     *
     * @throws RequestException 401 where there is no key, 503 where all places are taken
     */
    @NeverWaits
    public void enter(Exchange exchange) {
        if (!isAvailable()) {
            throw new RequestException(ErrorCode.PROVIDER_KEY_MISSING, "Invalid API key", (String) null);
        }
        if (!ChatCall.of(exchange).enter(places)) {
            throw new RequestException(
                    ErrorCode.OVERLOADED, "Too many requests to this provider are in flight", BULKHEAD_RETRY_AFTER);
        }
    }

    /**
     * Our request becomes the provider's.
     *
     * @throws RequestException 400 naming the field that this provider cannot be told
     */
    @NeverWaits
    public void translateRequest(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        UpstreamRequest upstream = translator().toUpstream(call.request(), call.model());
        call.translated(upstream);
        exchange.getMessage().setBody(upstream.body());
    }

    /** Sets the only headers that travel: the content type, the key, and the rest of the path where the model stands in it. */
    @NeverWaits
    public void authorize(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        Message message = exchange.getMessage();
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        String path = call.upstreamRequest().path();
        if (!path.isEmpty()) {
            int query = path.indexOf('?');
            message.setHeader(Exchange.HTTP_PATH, query < 0 ? path : path.substring(0, query));
            if (query >= 0) {
                message.setHeader(Exchange.HTTP_QUERY, path.substring(query + 1));
            }
        }
        ProviderKeys held = keys();
        if (held.count() > 0) {
            String value = held.count() == 1 ? held.value(0) : KeyTurn.take(exchange, held);
            message.setHeader(keyHeader, keyPrefix + value);
        }
        call.upstreamBegins();
    }

    /** Reads the whole answer. What is the provider's fault ends the step, so that the breaker around it counts it. */
    public boolean readAnswer(Exchange exchange, AsyncCallback callback) throws IOException {
        Message message = exchange.getMessage();
        if (!(message.getBody() instanceof UpstreamExchange upstream)) {
            if (mustWait(message)) {
                return WorkerStep.onWorker(exchange, callback, this::readAnswer);
            }
            answered(exchange, status(message));
            read(exchange, UpstreamAnswer.headers(message), UpstreamAnswer.readBounded(message));
            callback.done(true);
            return true;
        }
        answered(exchange, upstream.status());
        upstream.read(new WholeAnswer((body, failure) -> {
            if (failure == null && body.length > WorkerStep.LONG_BYTES && Context.isOnEventLoopThread()) {
                WorkerStep.onWorker(exchange, callback, (same, done) -> {
                    read(same, upstream.headers(), body);
                    done.done(false);
                    return false;
                });
                return;
            }
            try {
                if (failure != null) {
                    upstream.drop();
                    throw failure;
                }
                read(exchange, upstream.headers(), body);
            } catch (Exception e) {
                exchange.setException(e);
            }
            callback.done(false);
        }));
        return false;
    }

    private static void answered(Exchange exchange, int status) {
        ChatCall.of(exchange).upstreamAnswered(status);
        exchange.setProperty(UPSTREAM_STATUS, status);
    }

    private void read(Exchange exchange, Map<String, String> headers, byte[] body) throws IOException {
        Message message = exchange.getMessage();
        int status = exchange.getProperty(UPSTREAM_STATUS, 0, Integer.class);
        if (isGood(status)) {
            message.setBody(body);
            return;
        }
        JsonNode json = UpstreamAnswer.jsonOrNothing(body);
        message.setBody(json == null ? "{}" : json.toString());
        exchange.setProperty(UPSTREAM_ERROR, new UpstreamError(status, null, json, headers, clock.instant()));
        if (reject(exchange, null) instanceof ProviderFault fault) {
            throw fault;
        }
    }

    /**
     * Passes a stream on, event by event, as it comes; an answer that is none is read as a whole. The answer as a whole is what
     * came, also where the caller left in the middle.
     */
    public boolean pumpAnswer(Exchange exchange, AsyncCallback callback) throws IOException {
        Message message = exchange.getMessage();
        UpstreamExchange upstream = message.getBody() instanceof UpstreamExchange open ? open : null;
        int status = upstream == null ? status(message) : upstream.status();
        if (!isGood(status)) {
            return readAnswer(exchange, callback);
        }
        if (upstream == null && mustWait(message)) {
            return WorkerStep.onWorker(exchange, callback, this::pumpAnswer);
        }
        answered(exchange, status);
        ChatCall call = ChatCall.of(exchange);
        StreamReader reader = translator().stream(call.request(), call.model());
        StreamPump pump = new StreamPump(call, upstream, reader, streamIdle, drain, failure -> {
            if (failure != null) {
                exchange.setException(failure);
            } else {
                call.answered(
                        reader.isComplete() ? reader.soFar() : reader.soFar().withoutCompletionCount());
            }
            callback.done(false);
        });
        if (upstream == null) {
            pump.piece(Buffer.buffer(UpstreamAnswer.readBounded(message)));
            pump.end(null);
        } else {
            upstream.read(pump);
        }
        return false;
    }

    /** An answer that is no provider's over HTTP, but the demo's, or a step's that an engineer has put in. */
    private static int status(Message message) {
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        return status == null ? 0 : status;
    }

    private static boolean mustWait(Message message) {
        return message.getBody() instanceof InputStream && Context.isOnEventLoopThread();
    }

    private static boolean isGood(int status) {
        return status >= 200 && status < 300;
    }

    /** Ends the call with the provider's refusal, in the words that the route found. */
    @NeverWaits
    public void reject(Exchange exchange) {
        throw reject(exchange, exchange.getProperty(UPSTREAM_MESSAGE, String.class));
    }

    private GatewayException reject(Exchange exchange, @Nullable String words) {
        UpstreamError error = Objects.requireNonNull(exchange.getProperty(UPSTREAM_ERROR, UpstreamError.class));
        return translator()
                .toError(new UpstreamError(error.status(), words, error.body(), error.headers(), error.at()));
    }

    /** The provider's answer becomes ours. */
    @NeverWaits
    public void translateAnswer(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        if (call.isStream()) {
            return;
        }
        byte[] body = exchange.getMessage().getBody(byte[].class);
        call.answered(translator().toResponse(body, call.model()));
    }

    private Translator translator() {
        return Objects.requireNonNull(translator, "a provider's bean needs a translator");
    }

    private <T> T bean(String id, Class<T> type) {
        CamelContext camel = Objects.requireNonNull(context, "a provider's bean lives in a Camel context");
        return Objects.requireNonNull(camel.getRegistry().lookupByNameAndType(id, type), id);
    }

    private ProviderKeys keys() {
        ProviderKeys known = keys;
        if (known == null) {
            // One for all threads: it remembers which keys rest.
            synchronized (this) {
                known = keys;
                if (known == null) {
                    known = new ProviderKeys(
                            getName(), keyVariables, bean("environment", Environment.class)::get, clock);
                    keys = known;
                }
            }
        }
        return known;
    }
}
