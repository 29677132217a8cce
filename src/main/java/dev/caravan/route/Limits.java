package dev.caravan.route;

import dev.caravan.access.AccessKey;
import dev.caravan.access.Turnstile;
import dev.caravan.access.Verdict;
import dev.caravan.catalog.Model;
import dev.caravan.route.edge.CallerConnection;
import dev.caravan.usage.Cost;
import dev.caravan.usage.CostCalculator;
import dev.caravan.usage.TokenCounter;
import dev.caravan.usage.UsageRecord;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The limits of the caller's key: what the request may use at most is reserved before its provider is called, and settled
 * when its bill is. A key without limits costs nothing here.
 */
public final class Limits {

    private static final String PERMIT = "permit";

    private final @Nullable Turnstile turnstile;
    private final TokenCounter counter;

    /** @param turnstile null where gateway keys are off */
    public Limits(@Nullable Turnstile turnstile, TokenCounter counter) {
        this.turnstile = turnstile;
        this.counter = counter;
    }

    /** What has to be settled, once. */
    private record Permit(Turnstile turnstile, String requestId, String keyId, AtomicBoolean settled) {}

    /**
     * Lets a chat request in if its key may use that model and has room for the most that the request may use.
     *
     * @throws dev.caravan.error.RequestException 404 for a model that the key may not use, 429 where a limit is reached, 503
     *     where it cannot be counted
     */
    public boolean admit(Exchange exchange, AsyncCallback callback) throws InterruptedException {
        AccessKey key = CallerIdentity.of(exchange).key();
        if (key != null && !key.limits().isNone() && Context.isOnEventLoopThread()) {
            // It is counted in the database.
            return WorkerStep.onWorker(exchange, callback, this::admit);
        }
        ChatCall call = ChatCall.of(exchange);
        CallerIdentity.of(exchange).requireModel(call.model());
        reserve(exchange, call);
        if (!call.model().fallbacks().isEmpty()) {
            // What was waited here is nobody's share.
            Chain.start(exchange, call);
        }
        callback.done(true);
        return true;
    }

    private void reserve(Exchange exchange, ChatCall call) throws InterruptedException {
        AccessKey key = CallerIdentity.of(exchange).key();
        if (key == null || key.limits().isNone()) {
            return;
        }
        if (key.limits().countsOnlyRequests()) {
            enter(exchange, key, 0, 0);
            return;
        }
        long tokens = 0;
        long micros = 0;
        // Whichever model serves: the dearest of them.
        for (Model model : Chain.models(exchange, call)) {
            TokenUsage most = mostTokens(call.request(), model);
            tokens = Math.max(tokens, most.totalTokens());
            micros = Math.max(micros, mostMicros(model, most));
        }
        enter(exchange, key, tokens, micros);
    }

    /** Counts a request that costs nothing. */
    public void count(Exchange exchange) throws InterruptedException {
        AccessKey key = CallerIdentity.of(exchange).key();
        if (key != null && key.limits().requestsPerMinute() != null) {
            enter(exchange, key, 0, 0);
        }
    }

    /** Gives back what was reserved and not used. Of no effect for a request that reserved nothing, or is settled. */
    @NeverWaits
    public void settle(Exchange exchange) {
        Permit permit = exchange.getProperty(PERMIT, Permit.class);
        if (permit == null || !permit.settled().compareAndSet(false, true)) {
            return;
        }
        ChatCall call = ChatCall.find(exchange);
        UsageRecord bill = call == null || !call.isSettled() ? null : call.record();
        long tokens = bill == null ? 0 : bill.usage().totalTokens();
        long micros = bill == null ? 0 : bill.cost().totalMicros();
        permit.turnstile().settle(permit.requestId(), permit.keyId(), tokens, micros);
    }

    private void enter(Exchange exchange, AccessKey key, long tokens, long micros) throws InterruptedException {
        Turnstile gate = turnstile;
        if (gate == null) {
            throw new IllegalStateException("a key was checked where keys are off");
        }
        CallerConnection caller = CallerConnection.of(exchange);
        Verdict verdict = gate.enter(caller.requestId(), key.id(), tokens, micros);
        if (verdict.rates() != null) {
            RateHeaders.put(caller, verdict.rates());
        }
        if (verdict.refusal() != null) {
            throw verdict.refusal();
        }
        if (tokens > 0 || micros > 0) {
            exchange.setProperty(PERMIT, new Permit(gate, caller.requestId(), key.id(), new AtomicBoolean()));
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    // For a route that ends without the step that settles.
                    settle(done);
                }
            });
        }
    }

    /** The prompt as estimated, and the longest answer that was asked for, or that the model can give. */
    private TokenUsage mostTokens(ChatRequest request, Model model) {
        Integer asked = request.maxTokens();
        return usage(counter.promptTokens(request, model), asked == null ? model.maxOutputTokens() : asked, 0, 0);
    }

    /** The dearest way in which the prompt may be billed: fresh, or written to the provider's cache. */
    private static long mostMicros(Model model, TokenUsage most) {
        long prompt = most.promptTokens();
        long dearest = 0;
        for (TokenUsage way : new TokenUsage[] {
            most,
            usage(prompt, most.completionTokens(), prompt, 0),
            usage(prompt, most.completionTokens(), prompt, prompt)
        }) {
            Cost cost = CostCalculator.cost(way, model.pricing());
            dearest = Math.max(dearest, cost.totalMicros());
        }
        return dearest;
    }

    private static TokenUsage usage(long prompt, long completion, long written, long written1h) {
        return new TokenUsage(prompt, completion, 0, written, written1h, 0, UsageSource.ESTIMATED);
    }
}
