package dev.caravan.route;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange with a provider, on the event loop of its caller; it is the message's body from the call to the step that
 * reads the answer. Each end is told exactly once. Only {@link #cancel} may come from another thread.
 */
final class UpstreamExchange {

    /** What an answer brings, in its order. */
    interface Reader {

        /** A piece of the body. */
        void piece(Buffer piece);

        /** The end; nothing comes after it. @param failure null where the answer is whole */
        void end(@Nullable IOException failure);
    }

    /** How long what follows the end of a stream may take, until the connection is given up rather than kept. */
    private static final long REST_MILLIS = 1000;

    private final Context loop;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private @Nullable IOException failure;
    private @Nullable Consumer<@Nullable IOException> answered;
    private @Nullable Reader reader;
    private boolean over;

    UpstreamExchange(Context loop) {
        this.loop = loop;
    }

    /** @param then hears that the head of the answer is there, or why it will not come */
    void send(HttpClient client, RequestOptions options, Buffer body, Consumer<@Nullable IOException> then) {
        answered = then;
        client.request(options).onComplete(connected -> {
            if (connected.failed()) {
                fail(connected.cause());
                return;
            }
            HttpClientRequest begun = connected.result();
            request = begun;
            if (over) {
                begun.reset();
                return;
            }
            begun.response().onComplete(this::head);
            // Without a promise: where the request cannot be sent, the response fails.
            begun.end(body, null);
        });
    }

    private void head(AsyncResult<HttpClientResponse> came) {
        if (came.failed()) {
            fail(came.cause());
            return;
        }
        HttpClientResponse head = came.result();
        Consumer<@Nullable IOException> then = answered;
        if (over || then == null) {
            return;
        }
        // Its body waits until somebody reads it.
        head.pause();
        head.exceptionHandler(this::fail);
        response = head;
        answered = null;
        then.accept(null);
    }

    int status() {
        return head().statusCode();
    }

    /** By name in lower case; of a header that came more than once the first. */
    Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        head().headers().forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        return headers;
    }

    /** Lets the body come. */
    void read(Reader from) {
        HttpClientResponse head = head();
        reader = from;
        if (over) {
            reader = null;
            from.end(failure);
            return;
        }
        head.handler(piece -> {
            Reader open = reader;
            if (open != null) {
                open.piece(piece);
            }
        });
        head.endHandler(end -> finish(null));
        head.resume();
    }

    /** Holds the rest of the body back. */
    void pause() {
        head().pause();
    }

    void resume() {
        head().resume();
    }

    /** Nobody reads any more. The connection is kept where the provider ends its answer soon. */
    void leave() {
        reader = null;
        if (!over) {
            HttpClientResponse head = head();
            head.resume();
            loop.owner().setTimer(REST_MILLIS, late -> {
                if (!over) {
                    giveUp();
                }
            });
        }
    }

    /** Breaks the exchange off without a word: its reader is the one who wants it. */
    void drop() {
        reader = null;
        if (!over) {
            giveUp();
        }
    }

    /** Breaks the exchange off, and tells whoever waits for it; of no effect after its end. From any thread. */
    void cancel() {
        loop.runOnContext(now -> fail(new IOException("broken off")));
    }

    private void fail(Throwable cause) {
        finish(asIo(cause));
    }

    private void finish(@Nullable IOException why) {
        if (over) {
            return;
        }
        failure = why;
        if (why == null) {
            over = true;
        } else {
            giveUp();
        }
        Consumer<@Nullable IOException> waiting = answered;
        Reader reading = reader;
        answered = null;
        reader = null;
        if (waiting != null) {
            waiting.accept(why);
        } else if (reading != null) {
            reading.end(why);
        }
    }

    private void giveUp() {
        over = true;
        HttpClientRequest begun = request;
        if (begun != null) {
            begun.reset();
        }
    }

    private HttpClientResponse head() {
        return Objects.requireNonNull(response, "there is no answer yet");
    }

    private static IOException asIo(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            SocketTimeoutException late = new SocketTimeoutException("the connection took too long");
            late.initCause(cause);
            return late;
        }
        return cause instanceof IOException io ? io : new IOException("the connection failed", cause);
    }
}
