package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Room for one long body at a time, over real HTTP. */
class LongBodiesTest {

    private static final int LONGEST = 300_000;
    private static final String LONG = "[" + "1,".repeat(LONGEST / 2 - 2) + "1]";
    private static final String SHORT = "[1]";
    private static final String CHAT = "/v1/chat/completions";

    private EdgeFixture edge;

    @BeforeEach
    void start() throws Exception {
        Duration patience = Duration.ofSeconds(10);
        edge = new EdgeFixture(new EdgeLimits(LONGEST, LONGEST, patience, patience, patience));
    }

    @AfterEach
    void stop() throws Exception {
        edge.close();
    }

    private void holdLong(RawCaller caller) throws Exception {
        caller.send(EdgeFixture.post("/slow", LONG));
        await().until(() -> edge.walks.get() == 1);
    }

    private static void assertRefused(RawCaller.RawAnswer refused) {
        assertThat(refused.status()).as(refused.body()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.body())
                .contains("\"code\":\"overloaded\"", "Too many long requests in flight", "\"type\":\"api_error\"");
    }

    private void assertRoomIsWhole() {
        await().untilAsserted(
                        () -> assertThat(edge.postJson(CHAT, LONG).statusCode()).isEqualTo(200));
    }

    @Test
    void a_long_body_beside_another_is_told_to_come_back_before_it_is_sent() throws Exception {
        try (RawCaller first = edge.raw();
                RawCaller second = edge.raw()) {
            holdLong(first);
            second.send(EdgeFixture.head(
                    "POST " + CHAT,
                    "Content-Type: application/json",
                    "Expect: 100-continue",
                    "Content-Length: " + LONG.length()));
            assertRefused(second.answer());
            assertThat(second.isClosed()).isTrue();
            assertThat(edge.postJson(CHAT, SHORT).body()).isEqualTo("echo [1]");
            edge.gate.countDown();
            assertThat(first.answer().status()).isEqualTo(200);
        }
        assertRoomIsWhole();
    }

    @Test
    void a_body_that_announces_no_length_is_refused_where_it_finds_no_room() throws Exception {
        try (RawCaller first = edge.raw();
                RawCaller second = edge.raw()) {
            holdLong(first);
            second.send(
                    EdgeFixture.head("POST " + CHAT, "Content-Type: application/json", "Transfer-Encoding: chunked"));
            second.sendWhatGoes((Integer.toHexString(LONG.length()) + "\r\n" + LONG + "\r\n0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertRefused(second.answer());
            assertThat(edge.walks.get()).isEqualTo(1);
        }
        edge.gate.countDown();
        assertRoomIsWhole();
    }

    @Test
    void a_length_that_is_only_announced_takes_no_room_from_others() throws Exception {
        try (RawCaller announcing = edge.raw()) {
            announcing.send(EdgeFixture.head(
                            "POST " + CHAT, "Content-Type: application/json", "Content-Length: " + LONG.length())
                    + "[");
            await().until(() -> edge.server.open() == 1);
            // The byte that has come is one too many for the longest body, and not for the next shorter.
            assertThat(edge.postJson(CHAT, LONG.substring(0, LONGEST / 2)).statusCode())
                    .isEqualTo(200);
        }
        assertRoomIsWhole();
    }

    @Test
    void callers_who_leave_at_any_moment_leave_no_bytes_behind() throws Exception {
        String request = EdgeFixture.post(CHAT, LONG);
        for (int i = 0; i < 30; i++) {
            try (RawCaller caller = edge.raw()) {
                caller.send(request.substring(0, 1 + i * (request.length() / 30)));
            }
        }
        await().until(() -> edge.server.connections() == 0 && edge.server.open() == 0);
        for (int i = 0; i < 5; i++) {
            assertThat(edge.postJson(CHAT, LONG).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void what_comes_after_the_answer_takes_no_room() throws Exception {
        try (RawCaller late = edge.raw()) {
            late.send(EdgeFixture.head("POST /nowhere", "Content-Length: " + LONG.length()));
            assertThat(late.answer().status()).isEqualTo(404);
            late.sendWhatGoes(LONG.getBytes(StandardCharsets.US_ASCII));
            assertRoomIsWhole();
        }
    }
}
