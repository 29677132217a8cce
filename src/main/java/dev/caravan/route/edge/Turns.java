package dev.caravan.route.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sends what an event loop has written in one turn at the turn's end, all connections together. Whoever is written to has often
 * gone to sleep meanwhile, and to wake it costs more than the write; the next ones find it awake. With 32 connections on one core
 * that was a tenth of a request. A quiet loop has one request a turn, and sends it as soon as before. Safe for all threads.
 */
public final class Turns {

    /** So many are sent at once at the latest, so that with a thousand streams none waits for all the others. */
    private static final int MOST = 32;

    private final Map<EventLoop, Turn> turns = new ConcurrentHashMap<>();

    /** From now on the channel sends at its turn's end. On its event loop. */
    public void join(Channel channel) {
        EventLoop loop = channel.eventLoop();
        if (loop instanceof SingleThreadEventLoop single) {
            Turn turn = turns.computeIfAbsent(loop, now -> new Turn(single));
            channel.pipeline().addFirst(new Flush(turn));
        }
    }

    /** What one event loop has to send. On this loop only. */
    private static final class Turn implements Runnable {

        private final SingleThreadEventLoop loop;
        private List<Flush> waiting = new ArrayList<>(MOST);
        private List<Flush> spare = new ArrayList<>(MOST);
        private boolean asked;

        Turn(SingleThreadEventLoop loop) {
            this.loop = loop;
        }

        void add(Flush flush) {
            waiting.add(flush);
            if (waiting.size() >= MOST) {
                send();
            } else if (!asked) {
                asked = true;
                loop.executeAfterEventLoopIteration(this);
            }
        }

        @Override
        public void run() {
            asked = false;
            send();
        }

        private void send() {
            List<Flush> now = waiting;
            waiting = spare;
            now.forEach(Flush::send);
            now.clear();
            spare = now;
        }
    }

    /** The last that a write passes on its way out. */
    private static final class Flush extends ChannelOutboundHandlerAdapter {

        private final Turn turn;
        private boolean waits;
        private @Nullable ChannelHandlerContext out;

        Flush(Turn turn) {
            this.turn = turn;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            out = ctx;
            if (!waits) {
                waits = true;
                turn.add(this);
            }
        }

        void send() {
            ChannelHandlerContext ctx = out;
            if (waits && ctx != null) {
                waits = false;
                ctx.flush();
            }
        }

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            send();
            ctx.close(promise);
        }

        @Override
        public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
            send();
            ctx.disconnect(promise);
        }
    }
}
