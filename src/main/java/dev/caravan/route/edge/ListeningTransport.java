package dev.caravan.route.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.EventLoopTaskQueueFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.util.concurrent.DefaultEventExecutorChooserFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.nio.channels.spi.SelectorProvider;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Vert.x's transport, Linux's own where it can be had, which remembers the sockets that listen: Vert.x itself can close them
 * only together with all connections that they have accepted. Safe for all threads.
 */
final class ListeningTransport implements Transport {

    private final boolean epoll;
    private final Transport sockets;
    private final Queue<ServerChannel> listening = new ConcurrentLinkedQueue<>();

    ListeningTransport() {
        Transport linux = new EpollTransport();
        epoll = linux.isAvailable();
        sockets = epoll ? linux : new JDKTransport();
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        ChannelFactory<? extends ServerChannel> factory = sockets.serverChannelFactory(domainSocket);
        return () -> {
            ServerChannel channel = factory.newChannel();
            listening.add(channel);
            return channel;
        };
    }

    /** Accepts no connection any more; those that are open stay. */
    void stopAccepting() {
        listening.forEach(Channel::close);
    }

    /**
     * As Vert.x makes it, but with another queue of tasks: every thousandth task makes Netty's own one longer, and while that
     * thread does not run, all others that have a task spin. With a thousand streams on one core that took a third of it.
     */
    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        Executor executor = new ThreadPerTaskExecutor(factory);
        EventLoopTaskQueueFactory queues = maxCapacity -> new ConcurrentLinkedQueue<>();
        if (epoll) {
            EpollEventLoopGroup group = new EpollEventLoopGroup(
                    threads,
                    executor,
                    DefaultEventExecutorChooserFactory.INSTANCE,
                    DefaultSelectStrategyFactory.INSTANCE,
                    RejectedExecutionHandlers.reject(),
                    queues);
            group.setIoRatio(ioRatio);
            return group;
        }
        NioEventLoopGroup group = new NioEventLoopGroup(
                threads,
                executor,
                DefaultEventExecutorChooserFactory.INSTANCE,
                SelectorProvider.provider(),
                DefaultSelectStrategyFactory.INSTANCE,
                RejectedExecutionHandlers.reject(),
                queues);
        group.setIoRatio(ioRatio);
        return group;
    }

    @Override
    public DatagramChannel datagramChannel() {
        return sockets.datagramChannel();
    }

    @Override
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return sockets.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return sockets.channelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        sockets.configure(channel, options);
    }

    @Override
    public void configure(ClientOptionsBase options, boolean domainSocket, Bootstrap bootstrap) {
        sockets.configure(options, domainSocket, bootstrap);
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        sockets.configure(options, domainSocket, bootstrap);
    }
}
