package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.route.edge.Wire.Answer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of which two readers could make two different requests: refused, and nothing behind them is answered. */
class EdgeFramingTest {

    private static final String SMUGGLED = "GET /things/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

    private static RunningEdge edge;

    @BeforeAll
    static void start() throws Exception {
        edge = RunningEdge.open();
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    static Stream<String> ambiguous() {
        return Stream.of(
                "1.1|Content-Length: 2\nContent-Length: 2|{}",
                "1.1|Content-Length: 2\nContent-Length: 4|{}",
                "1.1|Content-Length: 2, 2|{}",
                "1.0|Content-Length: 2\nContent-Length: 4\nConnection: keep-alive|{}",
                "1.0|Content-Length: 2\nContent-Length: 2\nConnection: keep-alive|{}",
                "1.0|Content-Length: 2, 4\nConnection: keep-alive|{}",
                "1.1|Content-Length: 2\nTransfer-Encoding: chunked|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding: chunked\nContent-Length: 2|2\n{}\n0\n\n",
                "1.1|Content-Length: 2\nTransfer-Encoding: identity|{}",
                "1.1|Transfer-Encoding: chunked, identity|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding: gzip, chunked|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding: identity|",
                "1.1|Transfer-Encoding: xchunked|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding: \"chunked\"|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding:|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding: chunked\nTransfer-Encoding: chunked|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding: chunked\nTransfer-Encoding: identity|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding : chunked|2\n{}\n0\n\n",
                "1.1|Content-Length : 2|{}",
                "1.0|Transfer-Encoding: chunked\nConnection: keep-alive|2\n{}\n0\n\n",
                "1.0|Content-Length: 2\nTransfer-Encoding: chunked\nConnection: keep-alive|2\n{}\n0\n\n",
                "1.1|Transfer-Encoding:\n chunked|2\n{}\n0\n\n",
                "1.1|X: a\n\tb\nContent-Length: 2|{}",
                "1.1|Content-Length: -2|{}",
                "1.1|Content-Length: +2|{}",
                "1.1|Content-Length: 0x2|{}",
                "1.1|Content-Length: 2 2|{}",
                "1.1|Content-Length:|{}",
                "1.1|Content-Length: 99999999999999999999|{}",
                "1.1|Content-Length: 2;|{}",
                "1.1|Transfer-Encoding: chunked|zz\n{}\n0\n\n",
                "1.1|Transfer-Encoding: chunked|-2\n{}\n0\n\n",
                "1.1|Transfer-Encoding: chunked|0x2\n{}\n0\n\n",
                "1.1|Transfer-Encoding: chunked|\n{}\n0\n\n",
                "1.1|Transfer-Encoding: chunked|fffffffffffff\n{}\n0\n\n",
                "1.1|Transfer-Encoding: chunked|2\n{}x\n0\n\n",
                "1.1|No colon here|",
                "1.1|: no name|",
                "1.1|X\u0000Y: 1|",
                "1.1|X: a\u0000b|",
                "1.1|X: a\u0001b|",
                "1.1|X: a\rb|");
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void an_ambiguous_request_is_400_and_nothing_behind_it_is_answered(String sketch) throws Exception {
        edge.seen.clear();
        String[] parts = sketch.split("\\|", -1);
        String request = "POST /echo HTTP/" + parts[0] + "\r\nHost: x\r\nContent-Type: application/json\r\n"
                + parts[1].replace("\n", "\r\n") + "\r\n\r\n" + parts[2].replace("\n", "\r\n");
        try (Wire wire = edge.wire()) {
            Answer answer = wire.send(request + SMUGGLED).answer();
            EdgeTest.assertError(answer, 400, answer.error().path("code").asText());
            if (parts[0].equals("1.1")) {
                assertThat(answer.header("Connection")).isEqualTo("close");
            }
            assertThat(wire.rest()).isEmpty();
        }
        assertThat(edge.seen).isEmpty();
        await().until(() -> edge.admission.inFlight() == 0);
    }

    @Test
    void a_folded_line_is_found_however_its_bytes_come() throws Exception {
        try (Wire wire = edge.wire()) {
            for (char c : "\r\nGET /things/1 HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n".toCharArray()) {
                wire.send(String.valueOf(c));
            }
            EdgeTest.assertError(wire.answer(), 400, "malformed_request");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void a_body_of_lines_that_begin_with_blanks_is_no_folded_header() throws Exception {
        try (Wire wire = edge.wire()) {
            String body = "{\r\n  \"a\":\n\t1}";
            for (int i = 0; i < 3; i++) {
                assertThat(wire.post("/echo", body).answer().body()).isEqualTo(body);
            }
            wire.sendLines(
                    "POST /echo HTTP/1.1", "Host: x", "Content-Type: application/json", "Transfer-Encoding: chunked");
            assertThat(wire.send("4\r\n\r\n {\r\n1;ext=1\r\n}\r\n0\r\nTrailer-X: 1\r\n\r\n")
                            .answer()
                            .body())
                    .isEqualTo("\r\n {}");
            assertThat(wire.get("/things/1").answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /things/\u0000 HTTP/1.1",
                "GET /things/\u0001 HTTP/1.1",
                "GET /things/a\tb HTTP/1.1",
                "GET /things/a b HTTP/1.1",
                "GET  HTTP/1.1",
                "GET",
                "GET /things/1",
                "G\u0000T /things/1 HTTP/1.1",
                "GET /things/1 HTTX/1.1",
                "GET /things/1 HTTP/1.1 x",
                "GET /things/%zz HTTP/1.1",
                "GET /things/1 HTTP/1.2",
                "GET /things/1 HTTP/2.0",
                "GET /things/1 HTTP/9.9",
                "PRI * HTTP/2.0"
            })
    void a_malformed_request_line_is_400(String line) throws Exception {
        try (Wire wire = edge.wire()) {
            EdgeTest.assertError(wire.sendLines(line, "Host: x").answer(), 400, "malformed_request");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS * HTTP/1.1",
                "GET * HTTP/1.1",
                "CONNECT evil:1 HTTP/1.1",
                "GET things HTTP/1.1",
                "GET ? HTTP/1.1",
                "GET http://evil/unknown HTTP/1.1",
                "GET http:// HTTP/1.1",
                "GET /%00 HTTP/1.1",
                "GET /%2e%2e/%2e%2e/etc HTTP/1.1"
            })
    void an_odd_target_is_an_error_in_our_format(String line) throws Exception {
        try (Wire wire = edge.wire()) {
            Answer answer = wire.sendLines(line, "Host: x").answer();
            assertThat(answer.status()).isIn(400, 404, 405);
            EdgeTest.assertError(
                    answer, answer.status(), answer.error().path("code").asText());
        }
    }

    @Test
    void too_long_a_line_or_head_is_431_and_the_caller_sees_it() throws Exception {
        try (Wire line = edge.wire();
                Wire head = edge.wire();
                Wire many = edge.wire()) {
            EdgeTest.assertError(line.get("/things/" + "a".repeat(200_000)).answer(), 431, "headers_too_large");
            assertThat(line.rest()).isEmpty();
            EdgeTest.assertError(
                    head.get("/things/1", "X: " + "a".repeat(200_000)).answer(), 431, "headers_too_large");
            assertThat(head.rest()).isEmpty();
            EdgeTest.assertError(
                    many.get("/things/1", "X: 1\r\n".repeat(20_000) + "Y: 1").answer(), 431, "headers_too_large");
            assertThat(many.rest()).isEmpty();
        }
    }
}
