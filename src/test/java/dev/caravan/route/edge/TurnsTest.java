package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final Turns turns = new Turns();
    private final List<String> sent = new ArrayList<>();

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private Channel channel(String name) throws Exception {
        NioSocketChannel channel = new NioSocketChannel();
        loops.register(channel).sync();
        inTurn(() -> {
            turns.join(channel);
            return channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext ctx) {
                    sent.add(name);
                }

                @Override
                public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
                    sent.add("close " + name);
                    ctx.close(promise);
                }
            });
        });
        return channel;
    }

    private <T> T inTurn(Callable<T> work) throws Exception {
        return loops.submit(work).get(5, TimeUnit.SECONDS);
    }

    /** What was sent, when so much was: a turn has ended some time after its work. */
    private List<String> inTheEnd(int count) {
        return await().until(() -> inTurn(() -> List.copyOf(sent)), all -> all.size() >= count);
    }

    @Test
    void sends_at_the_end_of_the_turn_each_connection_once() throws Exception {
        Channel one = channel("one");
        Channel two = channel("two");
        int during = inTurn(() -> {
            one.flush();
            two.flush();
            one.flush();
            return sent.size();
        });

        assertThat(during).isZero();
        assertThat(inTheEnd(2)).containsExactly("one", "two");
    }

    @Test
    void sends_again_in_the_next_turn() throws Exception {
        Channel one = channel("one");
        inTurn(one::flush);
        inTheEnd(1);
        inTurn(one::flush);

        assertThat(inTheEnd(2)).containsExactly("one", "one");
    }

    @Test
    void a_crowd_does_not_wait_for_the_end() throws Exception {
        List<Channel> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.add(channel("c" + i));
        }
        int during = inTurn(() -> {
            many.forEach(Channel::flush);
            return sent.size();
        });

        assertThat(during).isEqualTo(32);
        assertThat(inTheEnd(40)).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void nothing_is_lost_where_the_connection_closes_in_the_same_turn() throws Exception {
        Channel one = channel("one");
        inTurn(() -> {
            one.flush();
            return one.close();
        });

        assertThat(inTheEnd(2)).containsExactly("one", "close one");
    }
}
