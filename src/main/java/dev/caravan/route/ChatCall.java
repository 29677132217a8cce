package dev.caravan.route;

import dev.caravan.access.Admission;
import dev.caravan.catalog.Model;
import dev.caravan.dialect.Dialect;
import dev.caravan.provider.UpstreamRequest;
import dev.caravan.usage.OpenedRequest;
import dev.caravan.usage.UsageRecord;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One chat request on its walk: what outlives the message body, in the exchange property {@value #PROPERTY}. Each part is set
 * once, by the step that its setter names. One thread walks at a time; only the ends of the call ({@link #abort}, {@link
 * #callerGone}) may come from others.
 */
final class ChatCall {

    static final String PROPERTY = "call";

    private final String requestId;
    private final @Nullable String clientRequestId;
    private final String endpoint;
    private final Dialect dialect;
    private final HttpServerResponse response;
    private final Duration patience;
    private final Instant acceptedAt;
    private final long acceptedNanos;
    private volatile long deadlineNanos;
    private final ContextInternal loop;
    private final AtomicBoolean gone = new AtomicBoolean();
    private final Queue<Runnable> onGone = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Ending> ending = new AtomicReference<>(Ending.NONE);

    private @Nullable ChatRequest request;
    private @Nullable Model model;
    private String priceVersion = "";
    private @Nullable OpenedRequest opened;
    private @Nullable UpstreamRequest upstreamRequest;
    private @Nullable ChatResponse answer;
    private @Nullable UsageRecord record;
    private @Nullable Admission providerPlaces;
    private @Nullable Integer upstreamStatus;
    private @Nullable CallerStream stream;
    private int attempts;
    private boolean turn;
    private volatile @Nullable Runnable upstreamCancel;
    private volatile boolean endsWithCaller;

    /** What ended a call from outside its own walk. */
    private enum Ending {
        NONE,
        DEADLINE
    }

    /**
     * @param loop the event loop that the request came in on
     * @param response where a stream goes
     * @param patience how long the caller of a stream may leave a full queue unread
     * @param acceptedNanos {@link System#nanoTime()} of {@code acceptedAt}
     * @param budgetNanos how long the whole call may take, retries included
     */
    ChatCall(
            String requestId,
            @Nullable String clientRequestId,
            String endpoint,
            Dialect dialect,
            Context loop,
            HttpServerResponse response,
            Duration patience,
            Instant acceptedAt,
            long acceptedNanos,
            long budgetNanos) {
        this.requestId = requestId;
        this.clientRequestId = clientRequestId;
        this.endpoint = endpoint;
        this.dialect = dialect;
        this.loop = (ContextInternal) loop;
        this.response = response;
        this.patience = patience;
        this.acceptedAt = acceptedAt;
        this.acceptedNanos = acceptedNanos;
        this.deadlineNanos = acceptedNanos + budgetNanos;
    }

    static ChatCall of(Exchange exchange) {
        return Objects.requireNonNull(find(exchange), "no chat call in this exchange");
    }

    /** The call of this exchange; null before the entrance has made it. */
    static @Nullable ChatCall find(Exchange exchange) {
        return exchange.getProperty(PROPERTY, ChatCall.class);
    }

    String requestId() {
        return requestId;
    }

    @Nullable
    String clientRequestId() {
        return clientRequestId;
    }

    String endpoint() {
        return endpoint;
    }

    Dialect dialect() {
        return dialect;
    }

    Instant acceptedAt() {
        return acceptedAt;
    }

    /** Milliseconds since acceptance, by the clock that never jumps. */
    long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(elapsedNanos());
    }

    long elapsedNanos() {
        return System.nanoTime() - acceptedNanos;
    }

    void read(ChatRequest read) {
        request = read;
    }

    ChatRequest request() {
        return Objects.requireNonNull(request, "the request is not read yet");
    }

    /** @param version the catalogue's price version at this moment: a reload on the way changes nothing for this call */
    void resolved(Model chosen, String version) {
        model = chosen;
        priceVersion = version;
    }

    Model model() {
        return Objects.requireNonNull(model, "the model is not resolved yet");
    }

    /** The model that serves instead of the one that was asked for; null where that one serves. */
    @Nullable
    String servedBy() {
        String id = model().id();
        return id.equals(request().model()) ? null : id;
    }

    String priceVersion() {
        return priceVersion;
    }

    void opened(OpenedRequest open) {
        opened = open;
    }

    /** Null until the request is on disk: before that, nothing is billed. */
    @Nullable
    OpenedRequest opened() {
        return opened;
    }

    /** Without its body, which is the message's and has not to last. */
    void translated(UpstreamRequest translated) {
        upstreamRequest = translated.withoutBody();
    }

    UpstreamRequest upstreamRequest() {
        return Objects.requireNonNull(upstreamRequest, "the request is not translated yet");
    }

    void answered(ChatResponse whole) {
        answer = whole;
    }

    ChatResponse response() {
        return Objects.requireNonNull(answer, "there is no answer yet");
    }

    boolean isSettled() {
        return record != null;
    }

    void settled(UsageRecord settled) {
        record = settled;
    }

    UsageRecord record() {
        return Objects.requireNonNull(record, "the request is not settled yet");
    }

    /** One more try begins: the next HTTP step calls the provider. */
    void upstreamBegins() {
        attempts++;
        upstreamStatus = null;
        turn = true;
    }

    /** Whether an HTTP step is the call of the provider; it is once for each try. */
    boolean takesTurn() {
        boolean mine = turn;
        turn = false;
        return mine;
    }

    /** The event loop of the caller's connection, on which all of the call happens that waits for the provider. */
    Context loop() {
        return loop;
    }

    /** Does it on the call's event loop; at once where this is it. */
    void onLoop(Runnable work) {
        if (loop.nettyEventLoop().inEventLoop()) {
            work.run();
        } else {
            loop.runOnContext(now -> work.run());
        }
    }

    void upstreamAnswered(int status) {
        upstreamStatus = status;
    }

    /** The HTTP status of the provider's last answer; null where the last try brought none. */
    @Nullable
    Integer upstreamStatus() {
        return upstreamStatus;
    }

    /** How many times the provider was called. */
    int attempts() {
        return attempts;
    }

    /** Takes a place with the provider for the rest of this call, waits between retries included; false when all are taken. */
    boolean enter(Admission places) {
        if (providerPlaces == places) {
            return true;
        }
        if (!places.tryEnter()) {
            return false;
        }
        leaveProvider();
        providerPlaces = places;
        return true;
    }

    void leaveProvider() {
        Admission held = providerPlaces;
        if (held != null) {
            providerPlaces = null;
            held.leave();
        }
    }

    boolean isStream() {
        return request != null && request.stream();
    }

    /** The caller's end of the stream; made when it is first needed, in the caller's own format. */
    CallerStream stream() {
        CallerStream made = stream;
        if (made == null) {
            String answerId = "chatcmpl-" + requestId.substring(requestId.indexOf('_') + 1);
            made = new CallerStream(this, response, dialect.stream(request(), model(), answerId, acceptedAt), patience);
            stream = made;
        }
        return made;
    }

    /** A part of the answer leaves now. A stream in flight is mostly its request, and no provider is sent it again. */
    void begins() {
        request = request().withoutBody();
    }

    /** Whether a part of the answer has left: then nothing can be tried again. */
    boolean hasBegun() {
        return stream != null && stream.hasBegun();
    }

    /** From acceptance to the first piece of the stream that the caller was sent; 0 where there is none. */
    long firstPieceNanos() {
        return stream == null ? 0 : stream.firstNanos();
    }

    /** From now on the call has that long until it shows the next sign of life. */
    void rearm(Duration time) {
        deadlineNanos = System.nanoTime() + time.toNanos();
    }

    /** Breaks off the HTTP exchange that is under way. */
    void cancelUpstream() {
        Runnable cancel = upstreamCancel;
        if (cancel != null) {
            cancel.run();
        }
    }

    long remainingNanos() {
        return deadlineNanos - System.nanoTime();
    }

    /** How to break off the HTTP exchange that is under way; null when there is none. */
    void upstreamCancel(@Nullable Runnable cancel) {
        upstreamCancel = cancel;
        // The deadline may have passed between the look at the clock and this line.
        if (cancel != null && timedOut()) {
            cancel.run();
        }
    }

    /** Ends the call because its time is up; of no effect where it has got new time meanwhile. */
    void expire() {
        synchronized (ending) {
            if (remainingNanos() <= 0 && ending.compareAndSet(Ending.NONE, Ending.DEADLINE)) {
                cancelUpstream();
            }
        }
    }

    /** From now on that model is asked, which has so long until its first sign of life. */
    void turnTo(Model next, Duration time) {
        synchronized (ending) {
            rearm(time);
            ending.set(Ending.NONE);
        }
        model = next;
        upstreamStatus = null;
    }

    /** What a failed try brought and was not sent is not the beginning of the next one's answer. */
    void forgetUnsent() {
        stream = null;
    }

    boolean timedOut() {
        return ending.get() == Ending.DEADLINE;
    }

    void callerLeft() {
        if (!gone.compareAndSet(false, true)) {
            return;
        }
        if (endsWithCaller) {
            cancelUpstream();
        }
        runGone();
    }

    /** From now on the HTTP exchange that is under way is broken off when the caller leaves, however long the provider pauses. */
    void endWithCaller() {
        endsWithCaller = true;
        if (callerGone()) {
            cancelUpstream();
        }
    }

    boolean callerGone() {
        return gone.get();
    }

    /** Happens on the call's event loop when the caller leaves; soon where it has left already. */
    void onGone(Runnable work) {
        onGone.add(work);
        if (callerGone()) {
            runGone();
        }
    }

    private void runGone() {
        for (Runnable work = onGone.poll(); work != null; work = onGone.poll()) {
            Runnable next = work;
            loop.runOnContext(now -> next.run());
        }
    }
}
