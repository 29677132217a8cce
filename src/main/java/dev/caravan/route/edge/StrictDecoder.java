package dev.caravan.route.edge;

import dev.caravan.error.RequestException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x's decoder behind two judges of the raw bytes, and one request at a time: what a caller sends on behind a request
 * waits undecoded until that one is answered, so that a pipeline of thousands costs no more than its bytes.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {

    /** Fired when some of a head has come, but not all of it. */
    static final Object HEAD_BEGAN = new Object();

    /** Bytes of further requests that may wait; with more the socket is not read. */
    private static final int WAITING_BYTES = 64 * 1024;

    private final HeadScanner head;
    private final ChunkScanner chunks = new ChunkScanner();
    private @Nullable ChannelHandlerContext context;
    private boolean inBody;
    private boolean headBegan;
    private boolean held;
    private boolean discarding;
    private boolean unread;

    StrictDecoder(HttpServerOptions options, EdgeLimits limits) {
        super(options);
        head = new HeadScanner(limits);
    }

    /** What is handed on in place of a request that cannot be one; nothing follows it. */
    record Refusal(RequestException error) {}

    /** Whether some, but not all, of the next request's head has come. */
    boolean headBegan() {
        return headBegan;
    }

    /** The target of the request that is being read; empty where none is. */
    String target() {
        return head.target();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (discarding) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (held) {
            if (in.readableBytes() > WAITING_BYTES && !unread) {
                unread = true;
                ctx.channel().config().setAutoRead(false);
            }
            return;
        }
        try {
            if (!ready(ctx, in)) {
                return;
            }
        } catch (RequestException e) {
            discarding = true;
            in.skipBytes(in.readableBytes());
            out.add(new Refusal(e));
            return;
        }
        boolean chunk = inBody && head.chunked();
        int before = in.readerIndex();
        super.decode(ctx, in, out);
        if (chunk) {
            chunks.read(in.readerIndex() - before);
        }
        for (Object part : out) {
            if (part instanceof HttpRequest) {
                inBody = true;
                headBegan = false;
            }
            if (part instanceof LastHttpContent) {
                inBody = false;
                held = true;
            }
        }
    }

    private boolean ready(ChannelHandlerContext ctx, ByteBuf in) {
        if (inBody) {
            return !head.chunked() || chunks.ready(in);
        }
        if (!headBegan) {
            // Some callers end a body with a line end too many.
            if (in.getByte(in.readerIndex()) == '\r') {
                if (in.readableBytes() < 2) {
                    return false;
                }
                if (in.getByte(in.readerIndex() + 1) == '\n') {
                    in.skipBytes(2);
                }
            }
            if (!in.isReadable()) {
                return false;
            }
            head.reset();
        }
        boolean whole = head.whole(in);
        if (!whole && !headBegan) {
            headBegan = true;
            ctx.fireUserEventTriggered(HEAD_BEGAN);
        }
        return whole;
    }

    /** The request is whole and answered: the next one may come. On the event loop. */
    void release() {
        held = false;
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        if (unread) {
            unread = false;
            ctx.channel().config().setAutoRead(true);
        }
        if (actualReadableBytes() > 0) {
            // Not at once: the answer's own way through the pipeline is not at its end yet.
            ctx.executor().execute(() -> decodeWaiting(ctx));
        }
    }

    private void decodeWaiting(ChannelHandlerContext ctx) {
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
        } catch (Exception e) {
            ctx.fireExceptionCaught(e);
        }
    }

    /** From now on all that comes is thrown away. On the event loop. */
    void discard() {
        discarding = true;
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.channel().config().setAutoRead(true);
        }
    }
}
