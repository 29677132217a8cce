package dev.caravan.route;

import dev.caravan.dialect.StreamWriter;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import dev.caravan.provider.SseEvent;
import dev.caravan.provider.SseParser;
import dev.caravan.provider.StreamReader;
import dev.caravan.wire.StreamEvent;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes a provider's stream on to the caller, event by event, on the call's event loop: it writes what a piece brings, and
 * holds the next one back while the caller has no room. The last event is not written here: it leaves when the bill is on disk.
 */
final class StreamPump implements UpstreamExchange.Reader {

    private final ChatCall call;
    private final @Nullable UpstreamExchange provider;
    private final CallerStream caller;
    private final StreamReader reader;
    private final StreamWriter writer;
    private final SseParser parser = new SseParser();
    private final Duration idle;
    private final Duration drain;
    private final Consumer<@Nullable Exception> then;
    private long goneAtNanos;
    private boolean ended;

    /**
     * @param provider null where the stream was there at once
     * @param idle the longest time between two pieces of the provider's
     * @param drain how long to listen on to a provider after the caller has gone; zero: not at all
     * @param then hears once that the provider has said all, or the caller has gone for good; or what went wrong: an
     *     IOException where the connection breaks, also where the call's deadline has broken it off, a GatewayException where
     *     the provider reports an error or breaks off before its end
     */
    StreamPump(
            ChatCall call,
            @Nullable UpstreamExchange provider,
            StreamReader reader,
            Duration idle,
            Duration drain,
            Consumer<@Nullable Exception> then) {
        this.call = call;
        this.provider = provider;
        this.caller = call.stream();
        this.writer = caller.writer();
        this.reader = reader;
        this.idle = idle;
        this.drain = drain;
        this.then = then;
        if (drain.isZero()) {
            call.endWithCaller();
        }
        if (provider != null) {
            call.onGone(this::resume);
        }
    }

    @Override
    public void piece(Buffer piece) {
        if (ended) {
            return;
        }
        try {
            call.rearm(idle);
            byte[] bytes = BufferBytes.of(piece);
            parser.feed(bytes, 0, bytes.length, this::pass);
            caller.flush();
            if (reader.isComplete()) {
                complete();
            } else if (call.callerGone() && isDrained()) {
                end();
            } else if (provider != null && caller.isFull()) {
                provider.pause();
                caller.onRoom(this::resume);
            }
        } catch (Exception e) {
            end(e);
        }
    }

    @Override
    public void end(@Nullable IOException failure) {
        if (ended) {
            return;
        }
        if (failure != null && call.callerGone() && !call.timedOut()) {
            // We broke it off ourselves: what came until then is the answer.
            end();
        } else if (failure != null) {
            end((Exception) failure);
        } else {
            try {
                parser.end(this::pass);
                complete();
            } catch (Exception e) {
                end(e);
            }
        }
    }

    private void complete() {
        StreamEvent rest = reader.end();
        if (!caller.hasBegun() && rest.chunks().isEmpty() && !reader.isComplete()) {
            throw new ProviderFault(ErrorCode.PROVIDER_ERROR, 200, false, null, null);
        }
        caller.add(writer.event(rest));
        caller.flush();
        ended = true;
        if (provider != null) {
            provider.leave();
        }
        then.accept(null);
    }

    /** The provider is not listened to any more: what came is the answer. */
    private void end() {
        ended = true;
        if (provider != null) {
            provider.drop();
        }
        then.accept(null);
    }

    private void end(Exception failure) {
        ended = true;
        if (provider != null) {
            provider.drop();
        }
        then.accept(failure);
    }

    private void resume() {
        if (!ended && provider != null) {
            provider.resume();
        }
    }

    private void pass(SseEvent event) {
        StreamEvent brought = reader.read(event);
        if (!call.callerGone()) {
            caller.add(writer.event(brought));
        }
    }

    private boolean isDrained() {
        if (goneAtNanos == 0) {
            goneAtNanos = System.nanoTime();
        }
        return System.nanoTime() - goneAtNanos >= drain.toNanos();
    }
}
