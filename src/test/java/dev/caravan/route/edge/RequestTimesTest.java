package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RequestTimesTest {

    private static final String JSON = "Content-Type: application/json";

    private static EdgeFixture edge;
    private static ScheduledExecutorService drips;

    @BeforeAll
    static void start() throws Exception {
        edge = new EdgeFixture(EdgeFixture.QUICK);
        drips = Executors.newSingleThreadScheduledExecutor();
    }

    @AfterAll
    static void stop() throws Exception {
        drips.shutdownNow();
        edge.close();
    }

    /** Sends a byte each 50 ms. */
    private static void drip(RawCaller caller, String text) {
        AtomicInteger next = new AtomicInteger();
        drips.scheduleAtFixedRate(
                () -> {
                    int i = next.getAndIncrement() % text.length();
                    caller.sendWhatGoes(new byte[] {(byte) text.charAt(i)});
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
    }

    @Test
    void dripping_headers_are_cut_off_with_408() throws Exception {
        try (RawCaller caller = edge.raw()) {
            long began = System.nanoTime();
            caller.send("GET /v1/messages HTTP/1.1\r\n");
            drip(caller, "X-A: b\r\n");
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).startsWith("{\"type\":\"error\"").contains("\"code\":\"request_timeout\"");
            assertThat(answer.header("X-Request-Id")).startsWith("req_");
            assertThat(caller.isClosed()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(millis(350), millis(3000));
        }
    }

    @Test
    void dripping_headers_of_a_kept_alive_connection_are_cut_off_with_408() throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head("GET /health") + "\r\n");
            assertThat(caller.answer().status()).isEqualTo(200);
            drip(caller, "GET");
            assertThat(caller.answer().status()).isEqualTo(408);
            assertThat(caller.isClosed()).isTrue();
        }
    }

    @Test
    void a_kept_alive_connection_may_idle_longer_than_headers_may_take_and_is_then_closed_in_silence()
            throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head("GET /health") + "\r\n");
            assertThat(caller.answer().status()).isEqualTo(200);
            long began = System.nanoTime();
            assertThat(caller.isClosed()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(millis(1300), millis(5000));
        }
    }

    @Test
    void a_connection_that_never_says_a_word_is_closed_in_silence() throws Exception {
        try (RawCaller caller = edge.raw()) {
            assertThat(caller.isClosed()).isTrue();
        }
    }

    @Test
    void dripping_bodies_are_cut_off_with_408() throws Exception {
        int walks = edge.walks.get();
        for (String length : new String[] {"Content-Length: 99", "Transfer-Encoding: chunked"}) {
            try (RawCaller caller = edge.raw()) {
                caller.send(
                        EdgeFixture.head("POST /api/chat/completions", JSON, length, "Origin: " + EdgeFixture.ORIGIN));
                drip(caller, "1\r\nx\r\n");
                RawCaller.RawAnswer answer = caller.answer();
                assertThat(answer.status()).isEqualTo(408);
                assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(EdgeFixture.ORIGIN);
                assertThat(answer.body()).contains("\"code\":\"request_timeout\"", "body");
                assertThat(caller.isClosed()).isTrue();
            }
        }
        assertThat(edge.walks).hasValue(walks);
        assertThat(edge.admission.inFlight()).isZero();
        await().until(() -> edge.server.open() == 0);
    }

    @Test
    void a_route_may_take_longer_than_headers_body_and_idleness_may() throws Exception {
        try (EdgeFixture own = new EdgeFixture(new EdgeLimits(1000, 1 << 20, millis(100), millis(100), millis(100)));
                RawCaller caller = own.raw()) {
            caller.send(EdgeFixture.post("/slow", "{}"));
            await().until(() -> own.walks.get() == 1);
            drips.schedule(own.gate::countDown, 500, TimeUnit.MILLISECONDS);
            assertThat(caller.answer().body()).isEqualTo("done");
        }
    }

    @Test
    void a_body_that_nobody_wants_may_still_end_in_time_and_the_connection_goes_on() throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head("POST /nowhere", JSON, "Content-Length: 4") + "12");
            assertThat(caller.answer().status()).isEqualTo(404);
            caller.send("34" + EdgeFixture.head("GET /health") + "\r\n");
            assertThat(caller.answer().status()).isEqualTo(200);
        }
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head("POST /nowhere", JSON, "Content-Length: 4") + "12");
            assertThat(caller.answer().status()).isEqualTo(404);
            assertThat(caller.isClosed()).isTrue();
        }
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
