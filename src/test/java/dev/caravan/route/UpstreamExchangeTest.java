package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.access.Admission;
import dev.caravan.route.edge.CallerServer;
import dev.caravan.route.edge.EdgeLimits;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a provider made of a bare socket, which says just what the test wants. */
class UpstreamExchangeTest {

    private static final String WHOLE = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello";

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    /** What was told, in its order. */
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private volatile String says = WHOLE;
    private CallerServer server;
    private UpstreamClient client;
    private Context loop;
    private ServerSocket provider;

    @BeforeEach
    void start() throws IOException {
        server = new CallerServer(camel, EdgeLimits.DEFAULTS, Set.of(), new Admission(1), 8);
        client = new UpstreamClient(server);
        loop = server.vertx().getOrCreateContext();
        provider = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept);
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws Exception {
        provider.close();
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = provider.accept();
                connections.incrementAndGet();
                Thread thread = new Thread(() -> talk(socket));
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    /** Answers each request of the connection; an empty answer is none, one that ends in a bang is cut there. */
    private void talk(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            while (true) {
                String line = in.readLine();
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                if (line == null) {
                    closed.incrementAndGet();
                    return;
                }
                String answer = says;
                boolean cut = answer.endsWith("!");
                String sent = cut ? answer.substring(0, answer.length() - 1) : answer;
                socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                if (cut) {
                    return;
                }
            }
        } catch (IOException e) {
            closed.incrementAndGet();
        }
    }

    private RequestOptions request(int port) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/");
    }

    /** Sends, and tells what comes until the end. */
    private UpstreamExchange send(int port) {
        UpstreamExchange exchange = new UpstreamExchange(loop);
        loop.runOnContext(now -> exchange.send(client.of(loop), request(port), Buffer.buffer(), failure -> {
            told.add(failure == null ? "head " + exchange.status() : "no answer");
            if (failure == null) {
                exchange.read(new UpstreamExchange.Reader() {
                    @Override
                    public void piece(Buffer piece) {
                        told.add(piece.toString());
                    }

                    @Override
                    public void end(@Nullable IOException failure) {
                        told.add(failure == null ? "end" : "broken");
                    }
                });
            }
        }));
        return exchange;
    }

    private String next() throws InterruptedException {
        String word = told.poll(5, TimeUnit.SECONDS);
        return word == null ? "nothing" : word;
    }

    private void run(Runnable work) {
        loop.runOnContext(now -> work.run());
    }

    @Test
    void tells_head_body_and_end_and_keeps_the_connection() throws Exception {
        for (int i = 0; i < 3; i++) {
            UpstreamExchange exchange = send(provider.getLocalPort());
            assertThat(next()).isEqualTo("head 200");
            assertThat(next()).isEqualTo("hello");
            assertThat(next()).isEqualTo("end");
            assertThat(exchange.headers()).containsEntry("x-a", "1");
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void tells_once_that_nobody_listens() throws Exception {
        provider.close();
        send(provider.getLocalPort());
        assertThat(next()).isEqualTo("no answer");
        assertThat(told).isEmpty();
    }

    @Test
    void tells_once_that_the_answer_broke_off() throws Exception {
        says = WHOLE.replace("Content-Length: 5", "Content-Length: 50") + "!";
        send(provider.getLocalPort());
        assertThat(next()).isEqualTo("head 200");
        assertThat(next()).isEqualTo("hello");
        assertThat(next()).isEqualTo("broken");
        assertThat(told).isEmpty();
    }

    @Test
    void what_is_broken_off_is_told_once_and_closes_the_connection() throws Exception {
        says = "";
        UpstreamExchange exchange = send(provider.getLocalPort());
        await().until(() -> connections.get() == 1);
        exchange.cancel();
        exchange.cancel();
        assertThat(next()).isEqualTo("no answer");
        await().until(() -> closed.get() == 1);
        assertThat(told).isEmpty();
    }

    @Test
    void what_is_broken_off_in_the_middle_is_told_to_its_reader() throws Exception {
        says = WHOLE.replace("Content-Length: 5", "Content-Length: 50");
        UpstreamExchange exchange = send(provider.getLocalPort());
        assertThat(next()).isEqualTo("head 200");
        assertThat(next()).isEqualTo("hello");
        exchange.cancel();
        assertThat(next()).isEqualTo("broken");
        await().until(() -> closed.get() == 1);
    }

    @Test
    void what_is_dropped_tells_nothing() throws Exception {
        says = WHOLE.replace("Content-Length: 5", "Content-Length: 50");
        UpstreamExchange exchange = send(provider.getLocalPort());
        assertThat(next()).isEqualTo("head 200");
        assertThat(next()).isEqualTo("hello");
        run(exchange::drop);
        await().until(() -> closed.get() == 1);
        assertThat(told).isEmpty();
    }

    @Test
    void a_provider_that_never_ends_what_was_left_is_given_up() throws Exception {
        says = WHOLE.replace("Content-Length: 5", "Content-Length: 50");
        UpstreamExchange exchange = send(provider.getLocalPort());
        assertThat(next()).isEqualTo("head 200");
        assertThat(next()).isEqualTo("hello");
        run(exchange::leave);
        await().until(() -> closed.get() == 1);
        assertThat(told).isEmpty();
    }

    @Test
    void a_body_that_nobody_reads_yet_waits() throws Exception {
        UpstreamExchange exchange = new UpstreamExchange(loop);
        run(() -> exchange.send(client.of(loop), request(provider.getLocalPort()), Buffer.buffer(), failure -> {
            told.add("head");
            // Long after the body has come.
            server.vertx()
                    .setTimer(
                            100,
                            later -> exchange.read(new WholeAnswer((body, broken) -> {
                                told.add(new String(body, StandardCharsets.UTF_8));
                            })));
        }));
        assertThat(next()).isEqualTo("head");
        assertThat(next()).isEqualTo("hello");
    }
}
