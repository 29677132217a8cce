package dev.caravan.route.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.JDKTransport;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Vert.x's transport, which remembers the sockets that listen: Vert.x itself can close them only together with all
 * connections that they have accepted. Safe for all threads.
 */
final class ListeningTransport extends JDKTransport {

    private final Queue<ServerChannel> listening = new ConcurrentLinkedQueue<>();

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return () -> {
            NioServerSocketChannel channel = new NioServerSocketChannel();
            listening.add(channel);
            return channel;
        };
    }

    /** Accepts no connection any more; those that are open stay. */
    void stopAccepting() {
        listening.forEach(Channel::close);
    }
}
