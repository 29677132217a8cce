package dev.caravan.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A provider on this machine: OpenAI, Anthropic, Gemini and an OpenAI-compatible one on one port. It refuses, and remembers,
 * every request that its documentation does not allow.
 */
public final class StubProvider implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Queue<Reply> next = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger maxInFlight = new AtomicInteger();
    private final AtomicInteger aborted = new AtomicInteger();
    private volatile Reply always = Reply.ok();
    private volatile @Nullable Reply alwaysStreamed;
    private final Map<String, Reply> alwaysOf = new ConcurrentHashMap<>();
    private final Map<String, Reply> alwaysOfKey = new ConcurrentHashMap<>();
    private volatile @Nullable Received last;

    private StubProvider() {
        server = vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(4096))
                .requestHandler(this::receive)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    public static StubProvider start() {
        return new StubProvider();
    }

    public String address() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** What the next requests get, one each; then the default again. */
    public void next(Reply... replies) {
        next.addAll(List.of(replies));
    }

    /** What every request gets from now on. */
    public void always(Reply reply) {
        always = reply;
    }

    /** What every request to that provider gets from now on. */
    public void always(String provider, Reply reply) {
        alwaysOf.put(provider, reply);
    }

    /** What every request with that key, which is a good one, gets from now on. */
    public void alwaysWithKey(String key, Reply reply) {
        alwaysOfKey.put(key, reply);
    }

    /** As new. */
    public void reset() {
        next.clear();
        received.clear();
        last = null;
        violations.clear();
        always = Reply.ok();
        alwaysStreamed = null;
        alwaysOf.clear();
        alwaysOfKey.clear();
        requests.set(0);
        maxInFlight.set(0);
        aborted.set(0);
    }

    /** The bodies of a thousand requests are of no use to anyone; only the first few hundred are kept. */
    public List<Received> received() {
        return received;
    }

    public Received last() {
        Received seen = last;
        if (seen == null) {
            throw new IllegalStateException("no request has come");
        }
        return seen;
    }

    public List<String> violations() {
        return violations;
    }

    public int requests() {
        return requests.get();
    }

    /** Requests that are not answered to their end. */
    public int inFlight() {
        return inFlight.get();
    }

    public int maxInFlight() {
        return maxInFlight.get();
    }

    /** For requests whose body asks for a stream. */
    public void alwaysStream(Reply reply) {
        alwaysStreamed = reply;
    }

    /** Requests whose caller left before it had its answer. */
    public int aborted() {
        return aborted.get();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void receive(HttpServerRequest request) {
        requests.incrementAndGet();
        maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        request.response().closeHandler(closed -> {
            inFlight.decrementAndGet();
            aborted.incrementAndGet();
        });
        request.response().endHandler(ended -> {
            request.response().closeHandler(null);
            inFlight.decrementAndGet();
        });
        request.body().onSuccess(body -> judge(request, body));
    }

    private void judge(HttpServerRequest request, Buffer body) {
        Format format = Format.of(request.path());
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        Received seen = new Received(request.uri(), headers, tree(body), Instant.now());
        last = seen;
        if (received.size() < 300) {
            received.add(seen);
        }
        Reply reply = next.poll();
        if (reply == null) {
            reply = seen.body().path("stream").asBoolean() && alwaysStreamed != null ? alwaysStreamed : always;
            reply = alwaysOf.getOrDefault(format.provider, reply);
        }
        Reply ofKey = alwaysOfKey.get(format.keySent(headers));
        if (ofKey != null) {
            reply = ofKey;
        }
        if (ofKey == null && !format.keyIsRight(headers)) {
            reply = format.wrongKey();
        } else if (reply.kind() == Reply.Kind.OK || reply.kind() == Reply.Kind.SPOKEN) {
            List<String> found = format.violations(seen);
            if (!found.isEmpty()) {
                violations.addAll(found);
                reply = Reply.error(400, String.join("; ", found));
            }
        }
        Reply chosen = reply;
        if (chosen.delay().isZero()) {
            answer(request, format, chosen);
        } else {
            vertx.setTimer(chosen.delay().toMillis(), due -> answer(request, format, chosen));
        }
    }

    private void answer(HttpServerRequest request, Format format, Reply reply) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        String body = switch (reply.kind()) {
            case ERROR -> format.error(reply.status(), String.valueOf(reply.body()));
            case RAW, STREAM, CUT -> String.valueOf(reply.body());
            case SPOKEN -> SpokenStream.of(format, reply);
            default -> format.answer(reply);
        };
        switch (reply.kind()) {
            case HANG -> {
                // Nothing, until the caller leaves.
            }
            case RESET -> {
                closedByUs(response);
                request.connection().close();
            }
            case HALF -> {
                closedByUs(response);
                response.putHeader("Content-Type", "application/json").putHeader("Content-Length", "" + body.length());
                response.write(body.substring(0, body.length() / 2))
                        .onComplete(sent -> request.connection().close());
            }
            case DRIP -> {
                response.putHeader("Content-Type", "application/json").setChunked(true);
                vertx.setPeriodic(reply.each().toMillis(), timer -> {
                    if (response.closed()) {
                        vertx.cancelTimer(timer);
                    } else {
                        response.write(" ");
                    }
                });
            }
            case STREAM, CUT, SPOKEN -> {
                response.putHeader("Content-Type", "text/event-stream").setChunked(true);
                stream(request, reply, body.split("(?<=\n\n)"), 0);
            }
            default -> {
                response.setStatusCode(reply.status()).putHeader("Content-Type", "application/json");
                // What a real provider sends along, and no caller of ours may see.
                response.putHeader("Server", "stub").putHeader("Set-Cookie", "stub=1");
                reply.headers().forEach(response::putHeader);
                response.end(body);
            }
        }
    }

    private void stream(HttpServerRequest request, Reply reply, String[] events, int next) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (next == events.length) {
            if (reply.kind() == Reply.Kind.CUT) {
                closedByUs(response);
                request.connection().close();
            } else {
                response.end();
            }
            return;
        }
        response.write(events[next]);
        if (response.writeQueueFull()) {
            response.drainHandler(room -> stream(request, reply, events, next + 1));
        } else if (reply.each().isZero()) {
            vertx.runOnContext(now -> stream(request, reply, events, next + 1));
        } else {
            vertx.setTimer(reply.each().toMillis(), due -> stream(request, reply, events, next + 1));
        }
    }

    /** The caller did not leave, so it does not count as one who did. */
    private void closedByUs(HttpServerResponse response) {
        response.closeHandler(closed -> inFlight.decrementAndGet());
    }

    private static JsonNode tree(Buffer body) {
        try {
            return JSON.readTree(body.getBytes());
        } catch (IOException e) {
            return JSON.createObjectNode().put("notJson", body.toString());
        }
    }
}
