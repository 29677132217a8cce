package dev.caravan.route.edge;

import dev.caravan.access.Admission;
import dev.caravan.route.LoopSteps;
import dev.caravan.route.UpstreamClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** The edge on a port of its own, with short limits and four small routes behind it. */
final class RunningEdge implements AutoCloseable {

    static final int MAX_BODY = 1024;

    final Queue<Map<String, Object>> seen = new ConcurrentLinkedQueue<>();
    final AtomicInteger waiting = new AtomicInteger();
    final Admission admission;
    final CallerServer server;
    final int port;
    private final CountDownLatch gate = new CountDownLatch(1);
    private final DefaultCamelContext context = new DefaultCamelContext();

    RunningEdge(int places, int workers, String... origins) throws Exception {
        this(places, workers, Duration.ofMillis(300), origins);
    }

    /** @param patience for headers and for bodies */
    RunningEdge(int places, int workers, Duration patience, String... origins) throws Exception {
        admission = new Admission(places);
        EdgeLimits limits = new EdgeLimits(MAX_BODY, 1 << 20, patience, patience, patience.multipliedBy(2));
        server = new CallerServer(context, limits, Set.of(origins), admission, workers);
        context.getCamelContextExtension().addInterceptStrategy(new LoopSteps(new UpstreamClient(server)));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/echo?httpMethodRestrict=POST").process(RunningEdge.this::echo);
                from("platform-http:/things/{id}?httpMethodRestrict=GET").process(RunningEdge.this::page);
                from("platform-http:/slow?httpMethodRestrict=POST").process(RunningEdge.this::slow);
                from("platform-http:/slow-page?httpMethodRestrict=GET").process(RunningEdge.this::slow);
            }
        });
        context.start();
        port = server.listen("127.0.0.1", 0);
    }

    static RunningEdge open(String... origins) throws Exception {
        return new RunningEdge(100, 50, origins);
    }

    Wire wire() throws Exception {
        return new Wire(port);
    }

    /** Lets the slow routes go on. */
    void release() {
        gate.countDown();
    }

    private void echo(Exchange exchange) {
        seen.add(new HashMap<>(exchange.getMessage().getHeaders()));
        String body = exchange.getMessage().getBody(String.class);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader("Content-Type", "application/json");
        exchange.getMessage().setHeader("X-Secret-Of-Ours", "1");
    }

    private void page(Exchange exchange) {
        seen.add(new HashMap<>(exchange.getMessage().getHeaders()));
        exchange.getMessage().setHeader("Content-Type", "application/json");
        exchange.getMessage().setBody("{\"thing\":true}");
    }

    private void slow(Exchange exchange) throws InterruptedException {
        waiting.incrementAndGet();
        try {
            if (!gate.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody opened the gate");
            }
        } finally {
            waiting.decrementAndGet();
        }
        page(exchange);
    }

    @Override
    public void close() throws Exception {
        release();
        context.stop();
        server.close();
    }
}
