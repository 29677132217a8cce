package dev.caravan.route;

import dev.caravan.access.AccessKey;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.route.edge.CallerConnection;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * {@code Idempotency-Key}: a chat request that is sent again, because its sender did not see the answer, is billed once. The
 * repetition waits for the first one and has its answer, or, where that is not kept, learns its id. Answers are kept in memory
 * only, for a short time, and only where the operator says so.
 */
public final class Repeats {

    private static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final long LOOK_MILLIS = 100;

    private final boolean on;
    private final RepeatMemory memory;

    /**
     * @param window how long after its end a request is known; zero: never
     * @param mostBytes of answers that are kept
     */
    public Repeats(Duration window, long mostBytes) {
        this.on = !window.isZero();
        this.memory = new RepeatMemory(window, mostBytes);
    }

    /**
     * Lets a request go on that is the first of its key; ends the route of a repetition with the first one's answer.
     *
     * @throws RequestException 409 with the first one's id where its answer is not kept, or its body was another one
     */
    public boolean claim(Exchange exchange, AsyncCallback callback) throws InterruptedException {
        String key = on ? key(CallerConnection.of(exchange)) : null;
        if (key != null && Context.isOnEventLoopThread()) {
            // It may have to wait for the first one.
            return WorkerStep.onWorker(exchange, callback, this::claim);
        }
        if (key != null) {
            claim(exchange, key);
        }
        callback.done(true);
        return true;
    }

    private void claim(Exchange exchange, String key) throws InterruptedException {
        CallerConnection caller = CallerConnection.of(exchange);
        ChatCall call = ChatCall.of(exchange);
        String body = digest(caller.path(), exchange.getMessage().getBody(Buffer.class));
        String owned = owner(exchange) + ' ' + key;
        RepeatMemory.First mine = new RepeatMemory.First(call.requestId(), body, call.isStream());
        while (true) {
            RepeatMemory.First first = memory.claim(owned, mine);
            if (first == mine) {
                keepAtEnd(exchange, owned, mine);
                return;
            }
            if (!first.body().equals(body)) {
                throw conflict("was sent with another request, " + first.requestId());
            }
            if (first.isStream()) {
                throw conflict("was sent with a stream, " + first.requestId() + "; a stream is not kept");
            }
            if (!awaitEnd(first, call)) {
                throw conflict("was sent with a request that is still under way, " + first.requestId());
            }
            RepeatMemory.Ended ended = first.ended();
            if (ended != null) {
                repeat(exchange, first, ended);
                return;
            }
            // The first one failed, so this one is the first now.
        }
    }

    private static void repeat(Exchange exchange, RepeatMemory.First first, RepeatMemory.Ended ended) {
        byte[] answer = ended.answer();
        if (answer == null) {
            throw conflict("was sent with request " + first.requestId() + ", whose answer is not kept any more");
        }
        Answer.send(exchange, 200, answer, "application/json");
        exchange.getMessage().setHeader("X-Session-Id", ended.sessionId());
        exchange.getMessage().setHeader("Idempotent-Replayed", "true");
        exchange.setRouteStop(true);
    }

    private void keepAtEnd(Exchange exchange, String owned, RepeatMemory.First mine) {
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                ChatCall call = ChatCall.of(done);
                if (done.getException() != null
                        || !call.isSettled()
                        || call.record().errorCode() != null) {
                    memory.forget(owned, mine);
                    return;
                }
                byte[] answer = done.getMessage().getBody() instanceof ByteBuffer bytes ? copy(bytes) : null;
                memory.keep(
                        owned,
                        mine,
                        new RepeatMemory.Ended(answer, call.request().sessionId()));
            }
        });
    }

    /** The answer is on its way by now, so the buffer has been read. */
    private static byte[] copy(ByteBuffer read) {
        ByteBuffer whole = read.duplicate().rewind();
        byte[] copy = new byte[whole.remaining()];
        whole.get(copy);
        return copy;
    }

    /** False where it takes longer than this call may, or its caller has gone. */
    private static boolean awaitEnd(RepeatMemory.First first, ChatCall call) throws InterruptedException {
        while (!first.awaitEnd(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (call.callerGone() || call.remainingNanos() <= 0) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String key(CallerConnection caller) {
        List<String> sent = caller.request().headers().getAll(HEADER);
        if (sent.isEmpty()) {
            return null;
        }
        if (sent.size() > 1 || !KEY.matcher(sent.get(0)).matches()) {
            throw new RequestException(
                    ErrorCode.INVALID_VALUE, HEADER + " must be given once, with 1 to 255 characters of ASCII", HEADER);
        }
        return sent.get(0);
    }

    private static String owner(Exchange exchange) {
        AccessKey key = CallerIdentity.of(exchange).key();
        return key == null ? "" : key.id();
    }

    private static RequestException conflict(String words) {
        return new RequestException(ErrorCode.CONFLICT, "This " + HEADER + " " + words, HEADER);
    }

    private static String digest(String path, @Nullable Buffer body) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(path.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            if (body != null) {
                sha256.update(BufferBytes.of(body));
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
