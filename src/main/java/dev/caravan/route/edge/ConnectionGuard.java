package dev.caravan.route.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches the raw bytes of one connection: headers have to be whole in time however slowly they drip, and a connection
 * without a request is closed after a while. Vert.x's own idle time-out can do neither: a dripping caller is never idle, and a
 * caller who waits for a slow provider is. Runs on the connection's event loop only.
 */
final class ConnectionGuard extends ChannelDuplexHandler {

    static final String NAME = "connection-guard";

    private final Duration headerTimeout;
    private final Duration idleTimeout;
    private final Supplier<String> timeoutBody;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> timer;
    private boolean headersBegan;
    private int requests;

    /** @param timeoutBody the JSON of a 408 */
    ConnectionGuard(Duration headerTimeout, Duration idleTimeout, Supplier<String> timeoutBody) {
        this.headerTimeout = headerTimeout;
        this.idleTimeout = idleTimeout;
        this.timeoutBody = timeoutBody;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        arm(ctx, headerTimeout, this::headersLate);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (requests == 0 && !headersBegan) {
            headersBegan = true;
            arm(ctx, headerTimeout, this::headersLate);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        disarm();
        ctx.fireChannelInactive();
    }

    /** A request's headers are whole. */
    void requestBegan() {
        requests++;
        headersBegan = false;
        disarm();
    }

    /** A request is answered: the connection may idle, or begin another one. */
    void requestEnded() {
        requests--;
        ChannelHandlerContext ctx = context;
        if (requests == 0 && ctx != null && ctx.channel().isActive()) {
            arm(ctx, idleTimeout, ignored -> ctx.close());
        }
    }

    private void headersLate(ChannelHandlerContext ctx) {
        if (!headersBegan) {
            ctx.close();
            return;
        }
        byte[] body = timeoutBody.get().getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + body.length + "\r\n\r\n";
        ctx.writeAndFlush(Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body))
                .addListener(ChannelFutureListener.CLOSE);
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
