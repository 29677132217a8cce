package dev.caravan.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** So many callers at once, on one thread, each of whom asks again as soon as it has its answer. For one window. */
final class Callers implements AutoCloseable {

    private static final long LONGEST_DRAIN_NANOS = 30_000_000_000L;

    private final Selector selector;
    private final Tally tally;
    private final long step;
    private final List<Caller> callers = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);

    /** @param firstNumber what the questions count from; no two runs share a number */
    Callers(Scenario scenario, int port, long firstNumber) throws IOException {
        selector = Selector.open();
        tally = new Tally(firstNumber);
        step = scenario.stepNanos();
        for (int i = 0; i < scenario.connections(); i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Caller caller = new Caller(channel, scenario, tally);
            channel.register(selector, SelectionKey.OP_READ, caller);
            callers.add(caller);
        }
    }

    /**
     * Asks and asks. Streams begin one after the other, so that their pieces do not come all at the same moment.
     *
     * @param leadNanos after which counting begins
     * @param windowNanos how long it is counted; then the last answers are awaited
     */
    Tally run(long leadNanos, long windowNanos) throws IOException {
        long begin = System.nanoTime();
        tally.countFrom(begin + leadNanos, windowNanos);
        int asked = 0;
        while (System.nanoTime() < begin + leadNanos + windowNanos) {
            long now = System.nanoTime();
            while (asked < callers.size() && now >= begin + asked * step) {
                callers.get(asked++).ask();
            }
            selector.select(this::ready, 1);
        }
        tally.end();
        long drained = System.nanoTime() + LONGEST_DRAIN_NANOS;
        while (tally.open() > 0 && System.nanoTime() < drained) {
            selector.select(this::ready, 10);
        }
        return tally;
    }

    private void ready(SelectionKey key) {
        Caller caller = (Caller) key.attachment();
        in.clear();
        try {
            if (((SocketChannel) key.channel()).read(in) < 0) {
                caller.cutOff();
                key.cancel();
                return;
            }
        } catch (IOException e) {
            caller.cutOff();
            key.cancel();
            return;
        }
        caller.hear(in.flip());
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
    }
}
