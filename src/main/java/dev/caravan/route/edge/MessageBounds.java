package dev.caravan.route.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands behind the decoder and tells the guard where requests begin and end. Once the guard is deaf it lets nothing through,
 * so that what the decoder had already made of the same bytes is not answered either.
 */
final class MessageBounds extends ChannelInboundHandlerAdapter {

    static final String NAME = "message-bounds";

    private final ConnectionGuard guard;

    MessageBounds(ConnectionGuard guard) {
        this.guard = guard;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (guard.deaf()) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest) {
            guard.headersWhole();
        }
        if (message instanceof LastHttpContent) {
            guard.messageWhole();
        }
        ctx.fireChannelRead(message);
    }
}
