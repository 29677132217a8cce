package dev.caravan.route.edge;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The caller of one request, as a route's steps see it: its ids, its answer, and whether it is still there. Safe for all
 * threads.
 */
public final class CallerConnection {

    /** The exchange property of it. */
    public static final String PROPERTY = "callerConnection";

    private final String requestId;
    private final @Nullable String clientRequestId;
    private final @Nullable String origin;
    private final Runnable ended;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicBoolean walked = new AtomicBoolean();
    private final AtomicInteger partsLeft = new AtomicInteger(1);
    private final Object lock = new Object();
    private final List<Runnable> onGone = new ArrayList<>();
    private boolean gone;
    private volatile boolean handedOver;
    private volatile @Nullable Runnable leave;
    private volatile @Nullable Context loop;
    private volatile @Nullable HttpServerRequest request;

    /**
     * @param clientRequestId null: none, or one that cannot be
     * @param origin null: none that is allowed
     * @param ended runs once, when the answer has gone out or the caller has gone, and no route works for it any more
     */
    CallerConnection(String requestId, @Nullable String clientRequestId, @Nullable String origin, Runnable ended) {
        this.requestId = requestId;
        this.clientRequestId = clientRequestId;
        this.origin = origin;
        this.ended = ended;
    }

    /** The caller of this exchange, whatever message it holds by now. */
    public static CallerConnection of(Exchange exchange) {
        return Objects.requireNonNull(
                exchange.getProperty(PROPERTY, CallerConnection.class), "the exchange does not come from a caller");
    }

    /** Found by the request while its connection lives, and kept with the context, which lives as long as the request. */
    static CallerConnection of(RoutingContext ctx) {
        CallerConnection caller = ctx.get(PROPERTY);
        if (caller == null) {
            caller = Objects.requireNonNull(find(ctx.request()), "the connection has closed");
            ctx.put(PROPERTY, caller);
        }
        return caller;
    }

    /** The caller of a request that comes in now; null where its connection has closed already. */
    static @Nullable CallerConnection find(HttpServerRequest request) {
        ConnectionGuard guard =
                ((ConnectionBase) request.connection()).channel().pipeline().get(ConnectionGuard.class);
        return guard == null ? null : guard.current();
    }

    /** The request's id, made by us; the ledger's key. */
    public String requestId() {
        return requestId;
    }

    /** The caller's own id for it, checked; null where it sent none. Never a key. */
    public @Nullable String clientRequestId() {
        return clientRequestId;
    }

    /** The path as the caller wrote it, without query. */
    public String path() {
        String path = request().path();
        return path == null ? "" : path;
    }

    /** The event loop of its connection. */
    public Context loop() {
        return Objects.requireNonNull(loop, "the request has not passed the door yet");
    }

    public HttpServerRequest request() {
        return Objects.requireNonNull(request, "the request has not passed the door yet");
    }

    /** For steps that write the answer themselves, such as a stream; once it has ended, Camel writes none. */
    public HttpServerResponse response() {
        return request().response();
    }

    /** Whether the caller has left before its answer was complete. */
    public boolean isGone() {
        synchronized (lock) {
            return gone;
        }
    }

    /**
     * Runs when the caller leaves before its answer is complete; at once if it has left. On the event loop or on the calling
     * thread: it must not block.
     */
    public void onGone(Runnable action) {
        synchronized (lock) {
            if (!gone) {
                onGone.add(action);
                return;
            }
        }
        action.run();
    }

    @Nullable
    String origin() {
        return origin;
    }

    void passedDoor(HttpServerRequest passed) {
        loop = Vertx.currentContext();
        request = passed;
    }

    /** @param release gives the request's place back; runs once, with its end */
    void admitted(Runnable release) {
        leave = release;
    }

    /** A route begins to work for this caller; {@link #walked} tells its end. */
    void handedOver() {
        handedOver = true;
        partsLeft.incrementAndGet();
    }

    /** No route works for this caller any more; of no effect where none ever did. */
    void walked() {
        if (handedOver && walked.compareAndSet(false, true)) {
            partEnded();
        }
    }

    void answered() {
        if (answered.compareAndSet(false, true)) {
            partEnded();
        }
    }

    /** The connection has closed. */
    void left() {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        List<Runnable> actions;
        synchronized (lock) {
            gone = true;
            actions = List.copyOf(onGone);
            onGone.clear();
        }
        try {
            actions.forEach(Runnable::run);
        } finally {
            partEnded();
        }
    }

    private void partEnded() {
        if (partsLeft.decrementAndGet() > 0) {
            return;
        }
        Runnable release = leave;
        if (release != null) {
            release.run();
        }
        ended.run();
    }
}
