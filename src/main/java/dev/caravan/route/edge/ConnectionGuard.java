package dev.caravan.route.edge;

import dev.caravan.access.BodyRoom;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Watches over one connection, between decoder and Vert.x: head and body have to be whole in time and within their size, an
 * idle connection is closed after a while, every answer carries its ids and grants, and a connection that cannot go on is
 * closed so that the caller still sees why. Vert.x's own idle time-out can do none of this: a dripping caller is never idle,
 * and one who waits for a slow provider is. Runs on the connection's event loop only.
 */
final class ConnectionGuard extends ChannelDuplexHandler {

    static final String NAME = "connection-guard";

    private final EdgeLimits limits;
    private final StrictDecoder decoder;
    private final CallerIds ids;
    private final OpenConnections connections;
    private final Deadline deadline;
    private @Nullable ChannelHandlerContext context;
    private @Nullable RequestProgress current;
    private boolean fresh = true;
    private boolean closing;

    /** @param loop of the connection */
    ConnectionGuard(
            EventExecutor loop, EdgeLimits limits, StrictDecoder decoder, CallerIds ids, OpenConnections connections) {
        this.limits = limits;
        this.decoder = decoder;
        this.ids = ids;
        this.connections = connections;
        deadline = new Deadline(loop);
    }

    /** The caller whose request is under way. */
    CallerConnection current() {
        return progress().caller();
    }

    private RequestProgress progress() {
        return Objects.requireNonNull(current, "no request is under way");
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not in a pipeline yet");
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        connections.opened(this);
        deadline.arm(limits.headerTimeout(), this::headLate);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.disarm();
        connections.closed(this);
        if (current != null) {
            current().left();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event != StrictDecoder.HEAD_BEGAN) {
            ctx.fireUserEventTriggered(event);
        } else if (!fresh) {
            deadline.arm(limits.headerTimeout(), this::headLate);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        @Nullable RequestException refusal = closing ? null : take(message);
        if (refusal != null) {
            refuse(refusal);
        }
        if (closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        ctx.fireChannelRead(message);
        if (current != null && progress().isOver()) {
            next();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (current != null && !progress().isWhole() && !progress().isAnswered() && !deadline.armed()) {
            deadline.arm(limits.bodyTimeout(), () -> refuse(EdgeError.late("body", limits.bodyTimeout())));
        }
        ctx.fireChannelReadComplete();
    }

    private @Nullable RequestException take(Object message) {
        if (message instanceof StrictDecoder.Refusal refusal) {
            return refusal.error();
        }
        if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
            return new RequestException(
                    ErrorCode.MALFORMED_REQUEST, "The request is not well-formed HTTP", (String) null);
        }
        if (message instanceof HttpRequest request) {
            deadline.disarm();
            fresh = false;
            BodyRoom.Share body = connections.requestBegan();
            CallerConnection caller = ids.caller(request.headers(), () -> connections.requestEnded(body));
            current = new RequestProgress(request, caller, limits, body);
        }
        RequestProgress progress = progress();
        if (message instanceof HttpContent piece) {
            progress.came(piece);
            if (progress.isWhole() && !progress.isAnswered()) {
                deadline.disarm();
            }
        }
        return progress.refusal();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (closing) {
            ReferenceCountUtil.release(message);
            if (!promise.isVoid()) {
                promise.tryFailure(new ClosedChannelException());
            }
            return;
        }
        if (message instanceof HttpResponse answer) {
            if (answer.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                progress().toldToContinue();
                ctx.write(message, promise);
                return;
            }
            ids.stamp(current(), answer.headers());
            progress().answerBegins(answer.headers(), connections.draining());
        }
        // The encoder knows only this one for none, and makes a promise for each part of a message otherwise.
        ChannelPromise sent = promise.isVoid() ? ctx.voidPromise() : promise;
        if (message instanceof LastHttpContent) {
            writeEnd(ctx, message, sent);
        } else {
            ctx.write(message, sent);
        }
    }

    private void writeEnd(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        RequestProgress progress = progress();
        ChannelPromise sent = promise;
        if (progress.closes()) {
            sent = promise.unvoid();
            sent.addListener(done -> closeGently());
        }
        ctx.write(message, sent);
        progress.answered();
        if (progress.isOver()) {
            next();
        } else {
            deadline.arm(progress.closes() ? limits.idleTimeout() : limits.lingerTimeout(), this::close);
        }
    }

    /** The request is whole and answered: the connection may idle, or begin another one. */
    private void next() {
        current = null;
        if (connections.draining()) {
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> closeGently());
            return;
        }
        deadline.arm(limits.idleTimeout(), this::close);
        decoder.release();
    }

    /** Closes the connection unless a request is under way, after which it is closed. Safe for all threads. */
    void drain() {
        context().executor().execute(() -> {
            if (current == null && !decoder.headBegan()) {
                close();
            }
        });
    }

    /** Answers without a route, and closes: nobody can know where the next request begins. */
    private void refuse(RequestException error) {
        if (closing) {
            return;
        }
        if (current != null && progress().hasAnswerBegun()) {
            close();
            return;
        }
        CallerConnection caller = current == null ? ids.unknown() : current();
        FullHttpResponse answer = new EdgeError(decoder.target(), caller.requestId(), error).message();
        ids.stamp(caller, answer.headers());
        answer.headers().set("Connection", "close");
        closing = true;
        context().writeAndFlush(answer).addListener(done -> closeGently());
    }

    private void headLate() {
        if (decoder.headBegan()) {
            refuse(EdgeError.late("headers", limits.headerTimeout()));
        } else {
            close();
        }
    }

    /** A plain close with unread bytes would reset the connection, and the caller might never see its answer. */
    private void closeGently() {
        closing = true;
        if (!context().channel().isActive()) {
            return;
        }
        decoder.discard();
        if (context().channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
        }
        deadline.arm(limits.lingerTimeout(), this::close);
    }

    private void close() {
        context().close();
    }
}
