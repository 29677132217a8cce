package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.usage.Cost;
import dev.caravan.usage.CostCalculator;
import dev.caravan.usage.Journal;
import dev.caravan.usage.OpenedRequest;
import dev.caravan.usage.RequestStatus;
import dev.caravan.usage.TokenCounter;
import dev.caravan.usage.TokenUsages;
import dev.caravan.usage.UsageRecord;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.TokenUsage;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bill of one request: on disk as opened before its provider is called, on disk as settled before its answer leaves.
 * Settles every opened request exactly once, whatever its end.
 */
public final class Bill {

    /** One line for each request: ids, model, counts, outcome. Never a word of a prompt or an answer. */
    private static final Logger REQUESTS = LoggerFactory.getLogger("dev.caravan.requests");

    private final Journal journal;
    private final TokenCounter counter;
    private final ModelMeters meters;
    private final Clock clock;

    public Bill(Journal journal, TokenCounter counter, ModelMeters meters, Clock clock) {
        this.journal = journal;
        this.counter = counter;
        this.meters = meters;
        this.clock = clock;
    }

    /** Writes the request to the journal; once, also when it is sent again. */
    @NeverWaits
    public void open(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        if (call.opened() != null) {
            return;
        }
        ChatRequest request = call.request();
        OpenedRequest opened = new OpenedRequest(
                call.requestId(),
                call.clientRequestId(),
                request.sessionId(),
                request.userId(),
                request.model(),
                call.model().id(),
                call.model().provider(),
                call.endpoint(),
                request.stream(),
                call.acceptedAt(),
                call.priceVersion());
        journal.opened(opened);
        call.opened(opened);
    }

    /** Settles a request that has its answer. Its usage record is the body from here: that is what the tap carries. */
    @NeverWaits
    public void settle(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        ChatResponse response = call.response();
        TokenUsage usage = TokenUsages.of(
                response.usage(),
                () -> counter.promptTokens(call.request(), call.model()),
                () -> counter.textTokens(response.content(), call.model()));
        Cost cost = CostCalculator.cost(usage, call.model().pricing());
        RequestStatus status = call.callerGone() ? RequestStatus.CLIENT_GONE : RequestStatus.OK;
        record(call, status, usage, cost, response.finishReason().wireName(), null);
        exchange.getMessage().setBody(call.record());
    }

    /** Settles a request that failed; it cost nothing. Does nothing for one that was never opened, or is settled already. */
    @NeverWaits
    public void settleFailure(Exchange exchange) {
        ChatCall call = ChatCall.find(exchange);
        if (call == null || call.opened() == null || call.isSettled()) {
            return;
        }
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        GatewayException explained = UpstreamFailures.explain(failure, call);
        ErrorCode code = explained == null ? ErrorCode.INTERNAL_ERROR : explained.code();
        RequestStatus status = call.callerGone() ? RequestStatus.CLIENT_GONE : status(code);
        record(call, status, TokenUsage.NONE, Cost.ZERO, null, code.wireName());
    }

    private void record(
            ChatCall call,
            RequestStatus status,
            TokenUsage usage,
            Cost cost,
            @Nullable String finishReason,
            @Nullable String errorCode) {
        OpenedRequest opened = call.opened();
        if (opened == null) {
            throw new IllegalStateException("a request is settled that was never opened");
        }
        opened = opened.servedBy(call.model().id(), call.model().provider());
        UsageRecord record = new UsageRecord(
                opened,
                status,
                usage,
                cost,
                clock.instant(),
                call.elapsedMillis(),
                null,
                finishReason,
                errorCode,
                call.upstreamStatus());
        journal.settled(record);
        call.settled(record);
        meters.settled(record, call.elapsedNanos(), call.firstPieceNanos());
        if (REQUESTS.isInfoEnabled()) {
            REQUESTS.info(line(record, call.attempts()));
        }
    }

    /** Joined here: the log's own way makes a map for each value. */
    private static String line(UsageRecord record, int attempts) {
        OpenedRequest opened = record.opened();
        TokenUsage usage = record.usage();
        String errorCode = record.errorCode();
        return opened.requestId() + " " + record.status().wireName()
                + " model=" + opened.modelId()
                + (opened.isOfFallback() ? " asked=" + opened.requestedModel() : "")
                + " provider=" + opened.provider()
                + " prompt_tokens=" + usage.promptTokens()
                + " completion_tokens=" + usage.completionTokens()
                + " cost_usd=" + Cost.usd(record.cost().totalMicros()).toPlainString()
                + " latency_ms=" + record.latencyMs()
                + " attempts=" + attempts
                + (errorCode == null ? "" : " code=" + errorCode);
    }

    private static RequestStatus status(ErrorCode code) {
        return switch (code) {
            case RATE_LIMITED, QUOTA_EXHAUSTED -> RequestStatus.RATE_LIMITED;
            case PROVIDER_TIMEOUT -> RequestStatus.TIMEOUT;
            default -> code.status() < 500 ? RequestStatus.REJECTED : RequestStatus.PROVIDER_ERROR;
        };
    }
}
