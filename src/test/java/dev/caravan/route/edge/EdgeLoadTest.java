package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.route.edge.Wire.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many callers at once, and the end of a gateway's life. */
class EdgeLoadTest {

    private static void awaitWaiting(RunningEdge edge, int count) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(edge.waiting).hasValue(count));
    }

    private static void assertOverloaded(Answer answer) throws Exception {
        EdgeTest.assertError(answer, 503, "overloaded");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    }

    @Test
    void one_over_the_limit_is_refused_at_once_and_places_come_free_again() throws Exception {
        try (RunningEdge edge = new RunningEdge(2, 50);
                Wire one = edge.wire();
                Wire two = edge.wire();
                Wire three = edge.wire();
                Wire page = edge.wire()) {
            one.post("/slow", "{}");
            two.post("/slow", "{}");
            awaitWaiting(edge, 2);
            assertOverloaded(three.post("/slow", "{}").answer());
            for (int i = 0; i < 5; i++) {
                assertThat(page.get("/things/1").answer().status()).isEqualTo(200);
            }
            edge.release();
            assertThat(one.answer().status()).isEqualTo(200);
            assertThat(two.answer().status()).isEqualTo(200);
            await().until(() -> edge.admission.inFlight() == 0);
            assertThat(one.post("/slow", "{}").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void a_caller_that_hangs_up_gives_its_place_back_once_and_not_before_its_route_has_ended() throws Exception {
        try (RunningEdge edge = new RunningEdge(2, 50)) {
            Wire one = edge.wire().post("/slow", "{}");
            Wire two = edge.wire().post("/slow", "{}");
            awaitWaiting(edge, 2);
            Wire half = edge.wire().send("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Ty");
            one.close();
            two.close();
            half.close();
            await().until(() -> edge.server.connections() == 0);
            assertThat(edge.admission.inFlight()).isEqualTo(2);
            assertThat(edge.server.open()).isEqualTo(2);
            edge.release();
            awaitWaiting(edge, 0);
            try (Wire last = edge.wire()) {
                assertThat(last.post("/echo", "{}").answer().status()).isEqualTo(200);
            }
            await().until(() -> edge.admission.inFlight() == 0 && edge.server.open() == 0);
            assertThat(edge.admission.inFlight()).isZero();
        }
    }

    @Test
    void a_caller_that_hangs_up_in_its_body_has_no_place_yet() throws Exception {
        try (RunningEdge edge = RunningEdge.open()) {
            for (int i = 0; i < 20; i++) {
                try (Wire wire = edge.wire()) {
                    wire.sendLines(
                            "POST /echo HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 10");
                    wire.send("123");
                    await().until(() -> edge.server.open() == 1);
                    assertThat(edge.admission.inFlight()).isZero();
                }
                await().until(() -> edge.admission.inFlight() == 0 && edge.server.open() == 0);
            }
            assertThat(edge.seen).isEmpty();
        }
    }

    @Test
    void draining_refuses_what_is_new_and_lets_end_what_is_in_flight() throws Exception {
        try (RunningEdge edge = RunningEdge.open();
                Wire slow = edge.wire();
                Wire next = edge.wire()) {
            slow.post("/slow", "{}");
            awaitWaiting(edge, 1);
            // A connection without a request would be closed at once.
            // Both in one packet: the second one has surely begun when the first one is answered.
            next.send("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /things/2 HTTP/1.1\r\nHo");
            assertThat(next.answer().status()).isEqualTo(200);
            edge.server.stopAccepting();
            Answer refused = next.send("st: x\r\n\r\n").answer();
            assertOverloaded(refused);
            assertThat(refused.header("Connection")).isEqualTo("close");
            assertThat(next.rest()).isEmpty();
            assertThat(edge.server.open()).isEqualTo(1);
            edge.release();
            assertThat(slow.answer().status()).isEqualTo(200);
            await().until(() -> edge.server.open() == 0);
        }
    }

    @Test
    void a_taken_port_is_told_plainly() throws Exception {
        try (RunningEdge edge = RunningEdge.open();
                RunningEdge other = RunningEdge.open()) {
            assertThatThrownBy(() -> other.server.listen("127.0.0.1", edge.port))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void a_page_answers_while_1500_requests_wait() throws Exception {
        int many = 1500;
        List<Wire> wires = new ArrayList<>();
        try (RunningEdge edge = new RunningEdge(2000, 2000, Duration.ofSeconds(10))) {
            for (int i = 0; i < many; i++) {
                wires.add(edge.wire().post("/slow", "{}"));
            }
            awaitWaiting(edge, many);
            try (Wire page = edge.wire()) {
                page.get("/things/1").answer();
                long since = System.nanoTime();
                assertThat(page.get("/things/1").answer().status()).isEqualTo(200);
                System.out.printf("a page behind %d waiting: %.1f ms%n", many, (System.nanoTime() - since) / 1e6);
                assertThat(edge.waiting.get()).isEqualTo(many);
            }
            edge.release();
            for (Wire wire : wires) {
                assertThat(wire.answer().status()).isEqualTo(200);
            }
            await().until(() -> edge.admission.inFlight() == 0 && edge.server.open() == 0);
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    /** From JDK 21 on the threads are virtual and there is always one more: then nobody is refused. */
    @Test
    void no_thread_left_is_503_and_not_500() throws Exception {
        int workers = 9;
        List<Wire> wires = new ArrayList<>();
        try (RunningEdge edge = new RunningEdge(100, workers)) {
            for (int i = 0; i < workers; i++) {
                wires.add(edge.wire().post("/slow", "{}"));
            }
            awaitWaiting(edge, workers);
            boolean bounded = Runtime.version().feature() < 21;
            for (int i = 0; i < 3; i++) {
                if (!bounded) {
                    wires.add(edge.wire().post("/slow", "{}"));
                    awaitWaiting(edge, wires.size());
                    continue;
                }
                try (Wire post = edge.wire();
                        Wire page = edge.wire()) {
                    assertOverloaded(post.post("/slow", "{}").answer());
                    assertOverloaded(page.get("/things/1").answer());
                }
            }
            await().until(() -> edge.admission.inFlight() == wires.size());
            edge.release();
            for (Wire wire : wires) {
                assertThat(wire.answer().status()).isEqualTo(200);
            }
            try (Wire again = edge.wire()) {
                assertThat(again.post("/slow", "{}").answer().status()).isEqualTo(200);
            }
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }
}
