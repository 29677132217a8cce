package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    @Test
    void a_request_without_a_place_is_told_to_come_back_while_pages_answer() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(EdgeLimits.DEFAULTS, 1, 16);
                RawCaller first = edge.raw();
                RawCaller second = edge.raw()) {
            first.send(EdgeFixture.post("/slow", "{}"));
            await().until(() -> edge.walks.get() == 1);
            second.send(EdgeFixture.post("/v1/messages", "{}"));
            RawCaller.RawAnswer refused = second.answer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.body()).contains("overloaded_error", "\"code\":\"overloaded\"");
            assertThat(edge.get("/health").statusCode()).isEqualTo(200);
            assertThat(edge.admission.inFlight()).isEqualTo(1);
            edge.gate.countDown();
            assertThat(first.answer().body()).isEqualTo("done");
            await().until(() -> edge.admission.inFlight() == 0);
            second.send(EdgeFixture.post("/v1/messages", "{}"));
            assertThat(second.answer().body()).isEqualTo("echo {}");
        }
    }

    @Test
    void a_place_is_kept_while_the_route_works_for_a_caller_who_has_gone() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(EdgeLimits.DEFAULTS, 1, 16)) {
            try (RawCaller caller = edge.raw()) {
                caller.send(EdgeFixture.post("/slow", "{}"));
                await().until(() -> edge.walks.get() == 1);
            }
            await().until(() -> edge.gone.get() == 1);
            await().until(() -> edge.server.connections() == 0);
            assertThat(edge.admission.inFlight()).isEqualTo(1);
            assertThat(edge.server.open()).isEqualTo(1);
            edge.gate.countDown();
            await().until(() -> edge.admission.inFlight() == 0 && edge.server.open() == 0);
            assertThat(edge.postJson("/api/chat/completions", "{}").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_body_that_is_not_whole_has_no_place_yet() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(EdgeLimits.DEFAULTS, 1, 16);
                RawCaller slow = edge.raw()) {
            slow.send(EdgeFixture.head(
                            "POST /api/chat/completions", "Content-Type: application/json", "Content-Length: 2")
                    + "{");
            await().until(() -> edge.server.open() == 1);
            assertThat(edge.postJson("/api/chat/completions", "1").body()).isEqualTo("echo 1");
            assertThat(slow.send("}").answer().body()).isEqualTo("echo {}");
        }
    }

    @Test
    void no_place_is_lost_by_callers_who_leave_at_any_moment() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(EdgeLimits.DEFAULTS, 50, 64)) {
            String request = EdgeFixture.post("/api/chat/completions", "{}");
            for (int i = 0; i < 300; i++) {
                try (RawCaller caller = edge.raw()) {
                    caller.send(request.substring(0, 1 + i % request.length()));
                    if (i % 3 == 0) {
                        caller.send(request);
                    }
                }
            }
            await().until(() -> edge.server.connections() == 0);
            await().until(() -> edge.admission.inFlight() == 0 && edge.server.open() == 0);
        }
    }

    @Test
    void at_the_end_nothing_new_is_taken_and_what_is_in_flight_is_answered() throws Exception {
        try (EdgeFixture edge = new EdgeFixture();
                RawCaller busy = edge.raw();
                RawCaller idle = edge.raw();
                RawCaller late = edge.raw()) {
            idle.send(EdgeFixture.head("GET /health") + "\r\n");
            assertThat(idle.answer().status()).isEqualTo(200);
            String lateRequest = EdgeFixture.post("/api/chat/completions", "{}");
            late.send(EdgeFixture.head("GET /health") + "\r\n" + lateRequest.substring(0, 20));
            assertThat(late.answer().status()).isEqualTo(200);
            busy.send(EdgeFixture.post("/slow", "{}"));
            await().until(() -> edge.walks.get() == 1 && edge.server.connections() == 3);

            edge.server.stopAccepting();

            assertThat(idle.isClosed()).isTrue();
            await().untilAsserted(() -> org.assertj.core.api.Assertions.assertThatThrownBy(edge::raw)
                    .isInstanceOf(java.net.ConnectException.class));
            RawCaller.RawAnswer refused = late.send(lateRequest.substring(20)).answer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Connection")).isEqualTo("close");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(late.isClosed()).isTrue();
            assertThat(edge.server.open()).isEqualTo(1);
            edge.gate.countDown();
            RawCaller.RawAnswer done = busy.answer();
            assertThat(done.body()).isEqualTo("done");
            assertThat(done.header("Connection")).isEqualTo("close");
            assertThat(busy.isClosed()).isTrue();
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> edge.server.open() == 0 && edge.server.connections() == 0);
        }
    }
}
