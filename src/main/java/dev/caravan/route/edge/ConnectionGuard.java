package dev.caravan.route.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches the raw bytes of one connection: headers have to be whole in time however slowly they drip, and a connection
 * without a request is closed after a while. Vert.x's own idle time-out can do neither: a dripping caller is never idle, and a
 * caller who waits for a slow provider is. It also closes gently: a socket that is closed over unread bytes is reset, and the
 * caller would not see the answer that says why. Runs on the connection's event loop only.
 */
final class ConnectionGuard extends ChannelDuplexHandler {

    static final String NAME = "connection-guard";

    /** How long a caller may go on sending what nobody reads. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Duration headerTimeout;
    private final Duration idleTimeout;
    private final Supplier<String> late;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> timer;
    /** Bytes of a request came, its headers are not whole. */
    private boolean headersBegan;
    /** Headers are whole, the body is not. */
    private boolean inBody;
    /** Nothing that still comes is read. */
    private boolean deaf;

    private boolean closing;
    private int requests;

    /** @param late makes the whole 408 answer, as it goes over the wire */
    ConnectionGuard(Duration headerTimeout, Duration idleTimeout, Supplier<String> late) {
        this.headerTimeout = headerTimeout;
        this.idleTimeout = idleTimeout;
        this.late = late;
    }

    /** The guard of the connection that a request came on. */
    static @Nullable ConnectionGuard of(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel().pipeline().get(ConnectionGuard.class);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        arm(ctx, headerTimeout, this::headersLate);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (deaf) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (!headersBegan && !inBody) {
            headersBegan = true;
            // While a request is worked on, the next one has no hurry: its time begins when that is answered.
            if (requests == 0) {
                arm(ctx, headerTimeout, this::headersLate);
            }
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        disarm();
        ctx.fireChannelInactive();
    }

    /** Our side has said all; the caller's has a moment to hear it. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (closing || !(ctx.channel() instanceof SocketChannel socket) || !socket.isActive()) {
            ctx.close(promise);
            return;
        }
        closing = true;
        deaf = true;
        ctx.flush();
        socket.config().setAutoRead(true);
        socket.shutdownOutput();
        socket.closeFuture().addListener(closed -> promise.trySuccess());
        arm(ctx, LINGER, ChannelHandlerContext::close);
    }

    /** The decoder has seen a request's headers whole. */
    void headersWhole() {
        headersBegan = false;
        inBody = true;
        if (requests == 0) {
            disarm();
        }
    }

    /** The decoder has seen the end of a request. */
    void messageWhole() {
        inBody = false;
        ChannelHandlerContext ctx = context;
        if (requests == 0 && !closing && ctx != null) {
            arm(ctx, idleTimeout, ChannelHandlerContext::close);
        }
    }

    /** From now on what comes is thrown away: nobody knows where the next request would begin. */
    void hearNoMore() {
        deaf = true;
    }

    boolean deaf() {
        return deaf;
    }

    /** A request is taken up. */
    void requestBegan() {
        requests++;
        disarm();
    }

    /** A request is answered: the connection may idle, or begin another one. */
    void requestEnded() {
        requests--;
        ChannelHandlerContext ctx = context;
        if (requests != 0 || closing || ctx == null || !ctx.channel().isActive()) {
            return;
        }
        if (headersBegan) {
            arm(ctx, headerTimeout, this::headersLate);
        } else {
            arm(ctx, inBody ? headerTimeout : idleTimeout, ChannelHandlerContext::close);
        }
    }

    private void headersLate(ChannelHandlerContext ctx) {
        if (!headersBegan) {
            ctx.close();
            return;
        }
        deaf = true;
        ctx.writeAndFlush(Unpooled.copiedBuffer(late.get(), StandardCharsets.UTF_8))
                .addListener(sent -> ctx.channel().close());
    }

    private void arm(
            ChannelHandlerContext ctx, Duration after, java.util.function.Consumer<ChannelHandlerContext> action) {
        disarm();
        timer = ctx.executor().schedule(() -> action.accept(ctx), after.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void disarm() {
        ScheduledFuture<?> armed = timer;
        if (armed != null) {
            armed.cancel(false);
            timer = null;
        }
    }
}
