package dev.caravan.route.edge;

import dev.caravan.access.Admission;
import dev.caravan.route.LoopSteps;
import dev.caravan.route.UpstreamClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** The edge as the app makes it, in front of a few small routes. */
final class EdgeFixture implements AutoCloseable {

    static final String ORIGIN = "https://app.example.com";
    static final EdgeLimits QUICK = new EdgeLimits(
            100_000,
            1 << 20,
            8 * 1024,
            32 * 1024,
            Duration.ofMillis(400),
            Duration.ofMillis(400),
            Duration.ofMillis(1500),
            Duration.ofMillis(500));

    final Admission admission;
    /** Routes at {@code /slow} go on when this is open. */
    final CountDownLatch gate = new CountDownLatch(1);

    final AtomicInteger walks = new AtomicInteger();
    final AtomicInteger gone = new AtomicInteger();
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    CallerServer server;
    private final Main main = new Main();

    EdgeFixture() throws Exception {
        this(EdgeLimits.DEFAULTS, 4000, 4352);
    }

    EdgeFixture(EdgeLimits limits) throws Exception {
        this(limits, 4000, 4352);
    }

    EdgeFixture(EdgeLimits limits, int places, int workers) throws Exception {
        admission = new Admission(places);
        main.configure().setAutoConfigurationLogSummary(false);
        main.configure().addRoutesBuilder(new Routes());
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport support) {
                CamelContext camel = support.getCamelContext();
                server = new CallerServer(camel, limits, Set.of(ORIGIN), admission, workers);
                camel.getCamelContextExtension().addInterceptStrategy(new LoopSteps(new UpstreamClient(server)));
            }
        });
        main.start();
        server.listen("127.0.0.1", 0);
    }

    RawCaller raw() throws IOException {
        return new RawCaller(server.port());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> postJson(String path, String body) throws Exception {
        return post(path, body, "Content-Type", "application/json");
    }

    static String head(String start, String... headers) {
        return start + " HTTP/1.1\r\nHost: caravan\r\n" + String.join("\r\n", headers)
                + (headers.length == 0 ? "\r\n" : "\r\n\r\n");
    }

    static String post(String path, String body) {
        return head("POST " + path, "Content-Type: application/json", "Content-Length: " + body.length()) + body;
    }

    @Override
    public void close() throws Exception {
        gate.countDown();
        main.stop();
        server.close();
    }

    private final class Routes extends RouteBuilder {

        @Override
        public void configure() {
            for (String chat : new String[] {"/api/chat/completions", "/v1/chat/completions", "/v1/messages"}) {
                from("platform-http:" + chat + "?httpMethodRestrict=POST").process(this::echo);
            }
            from("platform-http:/slow?httpMethodRestrict=POST").process(this::slow);
            from("platform-http:/health?httpMethodRestrict=GET").setBody(constant("{\"status\":\"UP\"}"));
            from("platform-http:/headers/{id}?httpMethodRestrict=GET,POST").process(this::headers);
            from("platform-http:/fails?httpMethodRestrict=GET")
                    .errorHandler(noErrorHandler())
                    .throwException(new IllegalStateException("secret detail"));
            from("platform-http:/bytes?httpMethodRestrict=GET").setBody(constant(new byte[] {'o', 'k'}));
            from("platform-http:/leaks?httpMethodRestrict=GET").process(this::leaks);
            from("platform-http:/stream?httpMethodRestrict=GET").process(this::stream);
        }

        private void echo(Exchange exchange) {
            walks.incrementAndGet();
            String body = exchange.getMessage().getBody(String.class);
            exchange.getMessage().setBody("echo " + body);
        }

        private void slow(Exchange exchange) throws InterruptedException {
            walks.incrementAndGet();
            CallerConnection.of(exchange).onGone(gone::incrementAndGet);
            gate.await();
            exchange.getMessage().setBody("done");
        }

        private void headers(Exchange exchange) {
            Map<String, Object> seen = new TreeMap<>(exchange.getMessage().getHeaders());
            exchange.getMessage()
                    .setBody(seen + " by " + CallerConnection.of(exchange).clientRequestId());
        }

        private void leaks(Exchange exchange) {
            exchange.getMessage().setHeader("Server", "provider");
            exchange.getMessage().setHeader("Set-Cookie", "provider=1");
            exchange.getMessage().setHeader("X-Request-Id", "provider");
            exchange.getMessage().setHeader("X-Session-Id", "sess_1");
            exchange.getMessage().setHeader("x-ratelimit-remaining-requests", "7");
            exchange.getMessage().setBody("x");
        }

        private void stream(Exchange exchange) {
            var response = CallerConnection.of(exchange).response();
            response.setChunked(true).putHeader("Content-Type", "text/event-stream");
            response.write("one ");
            response.write("two ");
            response.end("three");
        }
    }
}
