package dev.caravan.route;

import dev.caravan.dialect.StreamWriter;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Arrays;

/**
 * The caller's end of a stream. Nothing is sent before there is something to say, so that a refusal before it has a real HTTP
 * status. For one walk, one thread.
 */
final class CallerStream {

    private static final byte[] NOTHING = {};

    private final ChatCall call;
    private final HttpServerResponse response;
    private final StreamWriter writer;
    private final Duration patience;
    private byte[] waiting = NOTHING;
    private boolean begun;
    private long firstNanos;

    /** @param patience how long a caller may leave a full queue unread */
    CallerStream(ChatCall call, HttpServerResponse response, StreamWriter writer, Duration patience) {
        this.call = call;
        this.response = response;
        this.writer = writer;
        this.patience = patience;
    }

    StreamWriter writer() {
        return writer;
    }

    /** Whether the caller has its status and headers already; from then on an error is an event. */
    boolean hasBegun() {
        return begun;
    }

    /** From the call's acceptance to the first piece that was sent; 0 before it. */
    long firstNanos() {
        return firstNanos;
    }

    /** Adds whole events; sent with the next {@link #flush}. */
    void add(byte[] events) {
        waiting = join(waiting, events);
    }

    /** Sends what was added. */
    void flush() {
        if (waiting.length == 0 || response.closed()) {
            waiting = NOTHING;
            return;
        }
        begin();
        // Without a promise: with one, the three parts of a chunk get one each, and one for the three.
        response.write(buffer(waiting), null);
        waiting = NOTHING;
    }

    /** Whether the caller should not be sent more before it has read some. */
    boolean isFull() {
        return !response.closed() && response.writeQueueFull();
    }

    /** Happens when a full queue has room again; where that takes longer than a caller may take, the caller is let go. */
    void onRoom(Runnable work) {
        Vertx clock = call.loop().owner();
        long late = clock.setTimer(Math.max(1, patience.toMillis()), now -> {
            response.reset();
            call.callerLeft();
        });
        response.drainHandler(drained -> {
            clock.cancelTimer(late);
            work.run();
        });
    }

    /** Sends the last events and ends the answer. */
    void end(byte[] events) {
        if (response.ended()) {
            return;
        }
        // Also where the caller has gone: an answer that is not ended would be taken for one that is still to be
        // written.
        begin();
        response.end(buffer(join(waiting, events)));
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        firstNanos = call.elapsedNanos();
        call.begins();
        response.setChunked(true);
        response.putHeader("Content-Type", "text/event-stream");
        response.putHeader("Cache-Control", "no-cache");
        // Proxies that buffer would hold back what should be read at once.
        response.putHeader("X-Accel-Buffering", "no");
        response.putHeader("X-Session-Id", call.request().sessionId());
        String servedBy = call.servedBy();
        if (servedBy != null) {
            response.putHeader(Answer.SERVED_BY, servedBy);
        }
        waiting = join(writer.begin(), waiting);
    }

    /** Mostly one of the two is empty. */
    private static byte[] join(byte[] first, byte[] second) {
        if (first.length == 0) {
            return second;
        }
        if (second.length == 0) {
            return first;
        }
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The bytes themselves, not a copy. */
    private static Buffer buffer(byte[] bytes) {
        return Buffer.buffer(Unpooled.wrappedBuffer(bytes));
    }
}
