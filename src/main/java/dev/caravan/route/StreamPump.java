package dev.caravan.route;

import dev.caravan.dialect.StreamWriter;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import dev.caravan.provider.SseEvent;
import dev.caravan.provider.SseParser;
import dev.caravan.provider.StreamReader;
import dev.caravan.wire.StreamEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Passes a provider's stream on to the caller, event by event, on the thread that walks the route: it reads a piece, writes
 * what the piece brings, and reads the next one only when the caller has room. The last event is not written here: it leaves
 * when the bill is on disk.
 */
final class StreamPump {

    private static final int PIECE_BYTES = 16 * 1024;

    private final ChatCall call;
    private final CallerStream caller;
    private final StreamReader reader;
    private final StreamWriter writer;
    private final Duration idle;
    private final Duration drain;
    private long goneAtNanos;

    /**
     * @param idle the longest time between two pieces of the provider's
     * @param drain how long to listen on to a provider after the caller has gone; zero: not at all
     */
    StreamPump(ChatCall call, StreamReader reader, Duration idle, Duration drain) {
        this.call = call;
        this.caller = call.stream();
        this.writer = caller.writer();
        this.reader = reader;
        this.idle = idle;
        this.drain = drain;
    }

    /**
     * Pumps until the provider has said all, or the caller has gone for good.
     *
     * @throws IOException where the connection breaks; also where the call's deadline has broken it off
     * @throws dev.caravan.error.GatewayException where the provider reports an error, or breaks off before its end
     */
    void run(InputStream provider) throws IOException {
        SseParser parser = new SseParser();
        byte[] piece = new byte[PIECE_BYTES];
        if (drain.isZero()) {
            call.endWithCaller();
        }
        try {
            while (!reader.isComplete()) {
                int length = provider.read(piece);
                if (length < 0) {
                    parser.end(this::pass);
                    break;
                }
                call.rearm(idle);
                parser.feed(piece, 0, length, this::pass);
                caller.flush();
                if (call.callerGone() && isDrained()) {
                    call.cancelUpstream();
                    return;
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IOException e) {
            if (call.callerGone() && !call.timedOut()) {
                // We broke it off ourselves: what came until then is the answer.
                return;
            }
            throw e;
        }
        StreamEvent rest = reader.end();
        if (!caller.hasBegun() && rest.chunks().isEmpty() && !reader.isComplete()) {
            throw new ProviderFault(ErrorCode.PROVIDER_ERROR, 200, false, null, null);
        }
        caller.add(writer.event(rest));
        caller.flush();
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
