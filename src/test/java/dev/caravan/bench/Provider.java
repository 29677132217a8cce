package dev.caravan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All three providers on one port of this machine, on one thread: whole answers at once, a stream piece by piece. Each answer
 * repeats the number in its question, and each piece of a stream says when it was sent.
 */
final class Provider implements AutoCloseable {

    private static final int BACKLOG = 4096;

    private final Selector selector;
    private final ServerSocketChannel server;
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
    private final PriorityQueue<ProviderConnection> streams =
            new PriorityQueue<>(Comparator.comparingLong(ProviderConnection::due));
    private final AtomicLong requests = new AtomicLong();
    private final Thread thread = new Thread(this::loop, "bench-provider");
    private volatile boolean closed;

    Provider() throws IOException {
        selector = Selector.open();
        server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0), BACKLOG);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.socket().getLocalPort();
    }

    /** How many requests have come. */
    long requests() {
        return requests.get();
    }

    private void loop() {
        try {
            while (!closed) {
                selector.select(this::ready, untilNextPiece());
                while (!streams.isEmpty() && streams.peek().due() <= System.nanoTime()) {
                    ProviderConnection next = streams.poll();
                    if (next.piece()) {
                        streams.add(next);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Milliseconds, at least 1: 0 would be for ever. */
    private long untilNextPiece() {
        if (streams.isEmpty()) {
            return 100;
        }
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(streams.peek().due() - System.nanoTime()));
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                SocketChannel channel = server.accept();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, new ProviderConnection(channel));
                return;
            }
            ProviderConnection connection = (ProviderConnection) key.attachment();
            in.clear();
            if (((SocketChannel) key.channel()).read(in) < 0) {
                key.channel().close();
            } else if (connection.read(in.flip())) {
                requests.incrementAndGet();
                if (connection.answer()) {
                    streams.add(connection);
                }
            }
        } catch (IOException e) {
            // The other end has gone, as it does when a scenario is over.
            key.cancel();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        server.close();
    }
}
