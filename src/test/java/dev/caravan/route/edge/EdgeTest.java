package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.route.edge.Wire.Answer;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one request meets at the edge: errors in our format, limits of size and time, ids. */
class EdgeTest {

    private static RunningEdge edge;

    @BeforeAll
    static void start() throws Exception {
        edge = RunningEdge.open();
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    static void assertError(Answer answer, int status, String code) throws Exception {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.error().path("code").asText()).isEqualTo(code);
        assertThat(answer.error().path("message").asText()).isNotBlank();
        assertThat(answer.all("X-Request-Id"))
                .containsExactly(answer.error().path("request_id").asText());
        assertThat(answer.header("X-Request-Id")).startsWith("req_");
    }

    @Test
    void a_good_request_is_answered_and_the_connection_serves_the_next() throws Exception {
        try (Wire wire = edge.wire()) {
            Answer first = wire.post("/echo", "{\"a\":1}").answer();
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("{\"a\":1}");
            assertThat(wire.get("/things/1").answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/unknown", "/echo/", "/things/1/2", "/things/", "//echo", "/echo/../unknown"})
    void an_unknown_path_is_404(String path) throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.get(path).answer();
            assertThat(answer.status()).isIn(404, 405);
            assertError(answer, answer.status(), answer.status() == 404 ? "not_found" : "method_not_allowed");
        }
    }

    @Test
    void a_wrong_method_is_405_and_says_which_are_allowed() throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.get("/echo").answer();
            assertError(answer, 405, "method_not_allowed");
            assertThat(answer.all("Allow")).containsExactly("POST");
            Answer other = wire.post("/things/1", "{}").answer();
            assertError(other, 405, "method_not_allowed");
            assertThat(other.all("Allow")).containsExactly("GET, HEAD");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "FOO"})
    void other_methods_are_405_too(String method) throws Exception {
        try (Wire wire = edge.wire()) {
            assertError(
                    wire.sendLines(method + " /things/1 HTTP/1.1", "Host: x").answer(), 405, "method_not_allowed");
            assertThat(wire.get("/things/1").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void a_HEAD_has_no_body_and_leaves_the_connection_usable() throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.sendLines("HEAD /things/1 HTTP/1.1", "Host: x").answer(false);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(wire.get("/things/1").answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: none",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data; boundary=x",
                "Content-Type: text/plain",
                "Content-Type: application/jsonp",
                "Content-Type: application/json; charset=iso-8859-1",
                "Content-Type: application/json; charset=utf-16",
                "Content-Type: application/json; charset = utf-16",
                "Content-Type: ;",
                "Content-Type: ;;;",
                "Content-Type: application/json\r\nContent-Type: text/plain",
                "Content-Type: application/json\r\nContent-Encoding: gzip",
                "Content-Type: application/json\r\nContent-Encoding: identity\r\nContent-Encoding: gzip"
            })
    void another_media_type_is_415(String header) throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.send("POST /echo HTTP/1.1\r\nHost: x\r\n" + header + "\r\nContent-Length: 2\r\n\r\n{}")
                    .answer();
            assertError(answer, 415, "unsupported_media_type");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\"",
                "Application/JSON"
            })
    void JSON_in_UTF_8_is_taken(String type) throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: " + type
                            + "\r\nContent-Length: 2\r\n\r\n{}")
                    .answer();
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void a_body_declared_too_large_is_413_before_it_is_sent() throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.sendLines(
                            "POST /echo HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 1025")
                    .answer();
            assertError(answer, 413, "body_too_large");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void a_chunked_body_is_413_when_it_grows_too_large_and_its_place_is_free() throws Exception {
        try (Wire wire = edge.wire()) {
            wire.sendLines(
                    "POST /echo HTTP/1.1", "Host: x", "Content-Type: application/json", "Transfer-Encoding: chunked");
            wire.send("300\r\n" + "a".repeat(0x300) + "\r\n300\r\n" + "a".repeat(0x300) + "\r\n");
            assertError(wire.answer(), 413, "body_too_large");
            await().until(() -> edge.admission.inFlight() == 0);
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void a_caller_that_goes_on_sending_sees_the_413_and_no_reset() throws Exception {
        try (Wire wire = edge.wire()) {
            wire.post("/echo", "a".repeat(300_000));
            assertError(wire.answer(), 413, "body_too_large");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void a_body_of_exactly_the_limit_is_taken() throws Exception {
        try (Wire wire = edge.wire()) {
            assertThat(wire.post("/echo", "a".repeat(RunningEdge.MAX_BODY))
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_slow_body_is_408_and_its_place_is_free() throws Exception {
        try (Wire wire = edge.wire()) {
            wire.sendLines("POST /echo HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 10");
            wire.send("12345");
            assertError(wire.answer(), 408, "request_timeout");
            await().until(() -> edge.admission.inFlight() == 0);
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void headers_that_drip_are_408_on_a_first_and_on_a_kept_connection() throws Exception {
        try (Wire first = edge.wire()) {
            drip(first);
            assertError(first.answer(), 408, "request_timeout");
            assertThat(first.rest()).isEmpty();
        }
        try (Wire kept = edge.wire()) {
            assertThat(kept.get("/things/1").answer().status()).isEqualTo(200);
            drip(kept);
            assertError(kept.answer(), 408, "request_timeout");
            assertThat(kept.rest()).isEmpty();
        }
    }

    private static void drip(Wire wire) throws Exception {
        wire.send("GET /things/1 HTTP/1.1\r\nX: ");
        for (int i = 0; i < 20; i++) {
            LockSupport.parkNanos(20_000_000);
            wire.send("a");
        }
    }

    @Test
    void a_connection_on_which_nothing_is_said_is_closed() throws Exception {
        try (Wire first = edge.wire()) {
            assertThat(first.rest()).isEmpty();
        }
        try (Wire kept = edge.wire()) {
            assertThat(kept.get("/things/1").answer().status()).isEqualTo(200);
            long since = System.nanoTime();
            assertThat(kept.rest()).isEmpty();
            assertThat(System.nanoTime() - since).isGreaterThan(450_000_000L);
        }
    }

    @Test
    void a_body_that_follows_its_404_does_not_shorten_the_life_of_the_connection() throws Exception {
        try (Wire wire = edge.wire()) {
            wire.sendLines("POST /unknown HTTP/1.1", "Host: x", "Content-Length: 5");
            assertError(wire.answer(), 404, "not_found");
            wire.send("hello");
            LockSupport.parkNanos(420_000_000);
            assertThat(wire.get("/things/1").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void a_body_that_never_follows_its_404_ends_the_connection() throws Exception {
        try (Wire wire = edge.wire()) {
            wire.sendLines("POST /unknown HTTP/1.1", "Host: x", "Content-Length: 5");
            assertError(wire.answer(), 404, "not_found");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void two_pipelined_requests_are_answered_in_order() throws Exception {
        try (Wire wire = edge.wire()) {
            wire.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n"
                    + "{\"a\":1}"
                    + "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n"
                    + "{\"b\":2}GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(wire.answer().body()).isEqualTo("{\"a\":1}");
            assertThat(wire.answer().body()).isEqualTo("{\"b\":2}");
            assertThat(wire.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void a_pipelined_request_may_be_slow_to_come_while_the_one_before_is_worked_on() throws Exception {
        try (RunningEdge slow = RunningEdge.open();
                Wire wire = slow.wire()) {
            wire.post("/slow", "{}").send("GET /things/1 HT");
            LockSupport.parkNanos(700_000_000);
            slow.release();
            assertThat(wire.answer().status()).isEqualTo(200);
            wire.send("TP/1.1\r\nHost: x\r\n\r\n");
            assertThat(wire.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void a_pipelined_request_that_stays_a_part_is_408_after_the_answer_before_it() throws Exception {
        try (RunningEdge slow = RunningEdge.open();
                Wire wire = slow.wire()) {
            wire.post("/slow", "{}");
            LockSupport.parkNanos(100_000_000);
            wire.send("GET /things/1 HT");
            LockSupport.parkNanos(400_000_000);
            slow.release();
            assertThat(wire.answer().status()).isEqualTo(200);
            assertError(wire.answer(), 408, "request_timeout");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void an_HTTP_1_0_request_is_answered_and_its_connection_closed() throws Exception {
        try (Wire wire = edge.wire()) {
            assertThat(wire.sendLines("GET /things/1 HTTP/1.0").answer().status())
                    .isEqualTo(200);
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void who_expects_100_continue_gets_it_or_the_refusal() throws Exception {
        try (Wire wire = edge.wire();
                Wire large = edge.wire()) {
            String head =
                    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n";
            wire.send(head + "Content-Length: 2\r\n\r\n");
            assertThat(wire.answer().status()).isEqualTo(100);
            assertThat(wire.send("{}").answer().status()).isEqualTo(200);
            large.send(head + "Content-Length: 2000\r\n\r\n");
            assertError(large.answer(), 413, "body_too_large");
        }
    }

    @Test
    void a_callers_own_id_is_echoed_and_its_X_Request_Id_ignored() throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.post("/echo", "{}", "X-Client-Request-Id: my.id_1-A", "X-Request-Id: mine")
                    .answer();
            assertThat(answer.all("X-Client-Request-Id")).containsExactly("my.id_1-A");
            assertThat(answer.all("X-Request-Id")).hasSize(1).noneMatch(id -> id.equals("mine"));
            Answer error = wire.get("/unknown", "X-Client-Request-Id: abc", "X-Request-Id: mine")
                    .answer();
            assertError(error, 404, "not_found");
            assertThat(error.all("X-Client-Request-Id")).containsExactly("abc");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "a/b", "a;b", "\u00e4", "a\tb", "a\r\nX-Client-Request-Id: b"})
    void a_bad_client_request_id_is_400_and_not_echoed(String id) throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.get("/things/1", "X-Client-Request-Id: " + id).answer();
            assertError(answer, 400, "invalid_value");
            assertThat(answer.all("X-Client-Request-Id")).isEmpty();
        }
        try (Wire wire = edge.wire()) {
            assertThat(wire.get("/things/1", "X-Client-Request-Id: " + "a".repeat(128))
                            .answer()
                            .status())
                    .isEqualTo(200);
            assertThat(wire.get("/things/1", "X-Client-Request-Id: " + "a".repeat(129))
                            .answer()
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void ids_are_unique() throws Exception {
        Set<String> ids = Collections.synchronizedSet(new HashSet<>());
        try (Wire wire = edge.wire()) {
            for (int i = 0; i < 1000; i++) {
                ids.add(wire.get("/things/" + i).answer().header("X-Request-Id"));
            }
        }
        assertThat(ids).hasSize(1000).allMatch(id -> id.matches("req_[0-9a-f]{30}"));
    }

    @Test
    void only_what_is_on_the_list_becomes_a_header_of_the_exchange_and_none_travels_back() throws Exception {
        edge.seen.clear();
        try (Wire wire = edge.wire()) {
            Answer answer = wire.post(
                            "/echo?CamelHttpUri=http://evil/&camelhttpuri=x&CamelFileName=/etc/x&org.apache.camel=1&q=1",
                            "{}",
                            "CamelHttpUri: http://evil/",
                            "camelhttpuri: http://evil/",
                            "CAMELFILENAME: x",
                            "Authorization: Bearer s",
                            "Cookie: a=b",
                            "X-Forwarded-For: 1.2.3.4",
                            "X-Mine: 1")
                    .answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(String.join("\n", answer.head()))
                    .doesNotContainIgnoringCase("camel")
                    .doesNotContain("Bearer", "a=b", "X-Mine", "X-Secret", "1.2.3.4", "evil");
        }
        assertThat(edge.seen).hasSize(1).allSatisfy(headers -> {
            // What is on the list, and nothing else: not even what Camel's consumer would say of the request.
            assertThat(headers.keySet()).containsExactly("Content-Type");
        });
    }
}
