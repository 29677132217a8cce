package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.route.edge.Wire.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which browsers may read an answer. */
class EdgeCorsTest {

    private static final String ALLOWED = "https://app.example.com";

    private static RunningEdge open;
    private static RunningEdge closed;

    @BeforeAll
    static void start() throws Exception {
        open = RunningEdge.open(ALLOWED, "http://localhost:3000");
        closed = RunningEdge.open();
    }

    @AfterAll
    static void stop() throws Exception {
        open.close();
        closed.close();
    }

    private static void assertNoGrant(Answer answer) {
        assertThat(answer.head()).noneMatch(line -> line.toLowerCase().startsWith("access-control-"));
    }

    private static void assertGrant(Answer answer, String origin) {
        assertThat(answer.all("Access-Control-Allow-Origin")).containsExactly(origin);
        assertThat(answer.all("Vary")).containsExactly("Origin");
        assertThat(answer.all("Access-Control-Allow-Credentials")).isEmpty();
        assertThat(answer.header("X-Request-Id")).startsWith("req_");
    }

    private static Answer preflight(RunningEdge edge, String path, String origin) throws Exception {
        try (Wire wire = edge.wire()) {
            return wire.sendLines(
                            "OPTIONS " + path + " HTTP/1.1",
                            "Host: x",
                            "Origin: " + origin,
                            "Access-Control-Request-Method: POST",
                            "Access-Control-Request-Headers: content-type")
                    .answer();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com",
                "https://APP.example.com",
                "HTTPS://app.example.com",
                "https://app.example.com:443",
                "https://app.example.com:8443",
                "https://app.example.com/",
                "http://app.example.com",
                "https://app.example.com.evil.com",
                "http://localhost",
                "http://localhost:3001",
                "null",
                "*",
                ""
            })
    void another_origin_gets_no_grant(String origin) throws Exception {
        try (Wire wire = open.wire()) {
            Answer answer = wire.get("/things/1", "Origin: " + origin).answer();
            assertThat(answer.status()).isEqualTo(200);
            assertNoGrant(answer);
            assertThat(answer.all("Vary")).containsExactly("Origin");
        }
        Answer refused = preflight(open, "/echo", origin);
        EdgeTest.assertError(refused, 405, "method_not_allowed");
        assertNoGrant(refused);
    }

    @Test
    void without_a_list_nobody_gets_a_grant() throws Exception {
        try (Wire wire = closed.wire()) {
            Answer answer = wire.get("/things/1", "Origin: " + ALLOWED).answer();
            assertNoGrant(answer);
            assertThat(answer.all("Vary")).isEmpty();
        }
        assertNoGrant(preflight(closed, "/echo", ALLOWED));
    }

    @ParameterizedTest
    @ValueSource(strings = {ALLOWED, "http://localhost:3000"})
    void an_allowed_origin_gets_its_grant_on_answers_and_errors(String origin) throws Exception {
        try (Wire wire = open.wire()) {
            String header = "Origin: " + origin;
            assertGrant(wire.get("/things/1", header).answer(), origin);
            assertGrant(wire.post("/echo", "{}", header).answer(), origin);
            assertGrant(wire.get("/unknown", header).answer(), origin);
            assertGrant(wire.get("/echo", header).answer(), origin);
            assertGrant(
                    wire.post("/echo", "{}", header, "X-Client-Request-Id: /").answer(), origin);
        }
        try (Wire wire = open.wire()) {
            assertGrant(
                    wire.post("/echo", "a".repeat(2000), "Origin: " + origin).answer(), origin);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo", "/things/1", "/unknown", "/slow"})
    void a_preflight_of_an_allowed_origin_is_204_on_every_path(String path) throws Exception {
        Answer answer = preflight(open, path, ALLOWED);
        assertThat(answer.status()).isEqualTo(204);
        assertGrant(answer, ALLOWED);
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("GET", "POST");
        assertThat(answer.header("Access-Control-Allow-Headers")).contains("Content-Type", "Authorization");
        assertThat(answer.body()).isEmpty();
        assertThat(answer.all("Content-Length")).isEmpty();
    }

    @Test
    void two_origins_are_none() throws Exception {
        try (Wire wire = open.wire()) {
            assertNoGrant(wire.get("/things/1", "Origin: " + ALLOWED, "Origin: https://evil.example.com")
                    .answer());
        }
    }

    @Test
    void an_OPTIONS_that_is_no_preflight_is_405_with_the_grant() throws Exception {
        try (Wire wire = open.wire()) {
            Answer answer = wire.sendLines("OPTIONS /echo HTTP/1.1", "Host: x", "Origin: " + ALLOWED)
                    .answer();
            EdgeTest.assertError(answer, 405, "method_not_allowed");
            assertGrant(answer, ALLOWED);
        }
    }
}
