package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever could be read as two requests by one and as one by another is refused, and its connection ends. */
class RequestLengthTest {

    private static final String JSON = "Content-Type: application/json";
    private static final String HIDDEN = "GET /health HTTP/1.1\r\nHost: caravan\r\n\r\n";

    private static EdgeFixture edge;

    @BeforeAll
    static void start() throws Exception {
        edge = new EdgeFixture(EdgeFixture.QUICK);
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 5",
                "Content-Length: 5, 6",
                "Content-Length: +5",
                "Content-Length: -5",
                "Content-Length: 0x5",
                "Content-Length: 5 5",
                "Content-Length:",
                "Content-Length: 99999999999999999999",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: identity\r\nContent-Length: 5",
                "TRANSFER-ENCODING: chunked\r\ncontent-length: 5",
                "Transfer-Encoding:",
                "Transfer-Encoding: chunked,",
            })
    void an_ambiguous_length_is_refused_and_its_connection_closed(String lengths) throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head("POST /api/chat/completions", JSON, lengths) + "0\r\n\r\n" + HIDDEN);
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"ambiguous_length\"", answer.header("X-Request-Id"));
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            assertThat(caller.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding : chunked",
                "Transfer-Encoding\t: chunked",
                " Transfer-Encoding: chunked",
                "X-A: b\r\n Transfer-Encoding: chunked",
                "X-A: b\r\n\tc",
                "Content-Length : 5",
                "Transfer-Encoding: chun\u0000ked",
                "Transfer-Encoding: \u000bchunked",
                "X-A: b\rTransfer-Encoding: chunked",
                "X-A: b\nTransfer-Encoding: chunked",
                "X A: b",
                ": b",
                "no colon",
                "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2",
                "X-\u00e4: b",
            })
    void a_malformed_header_is_refused_and_its_connection_closed(String header) throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head("POST /v1/messages", JSON, header) + "0\r\n\r\n" + HIDDEN);
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body())
                    .startsWith("{\"type\":\"error\",\"error\":{\"message\":")
                    .contains("\"code\":\"malformed_request\"", "\"request_id\":\"" + answer.header("X-Request-Id"));
            assertThat(caller.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  /health HTTP/1.1",
                "GET /health  HTTP/1.1",
                "GET\t/health HTTP/1.1",
                " GET /health HTTP/1.1",
                "GET /health HTTP/1.1 ",
                "GET /health",
                "GET /he\u0000alth HTTP/1.1",
                "GET /he\u0001alth HTTP/1.1",
                "GET /h\u00e4 HTTP/1.1",
                "GET /health HTTP/2.0",
                "PRI * HTTP/2.0",
                "GET /health HTTP/1.2",
                "GET /health http/1.1",
                "G@T /health HTTP/1.1",
                "\u0016\u0003\u0001\u0002",
            })
    void a_malformed_request_line_is_refused_and_its_connection_closed(String line) throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(line + "\r\nHost: caravan\r\n\r\n" + HIDDEN);
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"malformed_request\"");
            assertThat(caller.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5 \r\nhello\r\n0\r\n\r\n",
                " 5\r\nhello\r\n0\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "-1\r\nhello\r\n0\r\n\r\n",
                "\r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "5\r\nhelloX\r\n0\r\n\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "5;a=\u0001\r\nhello\r\n0\r\n\r\n",
                "5;a\nb\r\nhello\r\n0\r\n\r\n",
                "fffffffff\r\nhello\r\n0\r\n\r\n",
                "000000005\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n",
                "5\r\nhello\r\n0\r\nX-Trailer: 3\r\n folded\r\n\r\n",
                "5\r\nhello\r\n0\r\nX-Trailer: 3\n\r\n",
                "5\r\nhello\r\n0\r\nX-Trailer : 3\r\n\r\n",
                "5\r\nhello\r\n0\r\ntransfer-encoding: chunked\r\n\r\n",
                "5\r\nhello\r\ng\r\n\r\n",
            })
    void a_malformed_chunk_is_refused_and_its_connection_closed(String body) throws Exception {
        int walks = edge.walks.get();
        try (RawCaller caller = edge.raw()) {
            caller.send(
                    EdgeFixture.head("POST /api/chat/completions", JSON, "Transfer-Encoding: chunked") + body + HIDDEN);
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"malformed_request\"");
            assertThat(caller.isClosed()).isTrue();
            assertThat(edge.walks).hasValue(walks);
        }
    }

    @Test
    void a_chunked_body_is_put_together_however_it_is_cut() throws Exception {
        String body = "5\r\nhello\r\n10;name=\"value\"\r\n, this is a body\r\n0000\r\nX-Trailer: 1\r\n\r\n";
        String request = EdgeFixture.head("POST /api/chat/completions", JSON, "Transfer-Encoding: ChunkeD") + body;
        for (int cut = 1; cut < request.length(); cut += 7) {
            try (RawCaller caller = edge.raw()) {
                caller.send(request.substring(0, cut)).send(request.substring(cut));
                assertThat(caller.answer().body()).isEqualTo("echo hello, this is a body");
            }
        }
    }

    @Test
    void http_1_0_is_spoken_without_transfer_encoding() throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send("GET /health HTTP/1.0\r\n\r\n");
            assertThat(caller.line()).endsWith("200 OK");
            while (!caller.line().isEmpty()) {}
            assertThat(caller.isClosed()).isFalse();
        }
        try (RawCaller caller = edge.raw()) {
            caller.send("POST /api/chat/completions HTTP/1.0\r\n" + JSON
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.body()).contains("ambiguous_length");
            assertThat(caller.isClosed()).isTrue();
        }
    }

    @Test
    void pipelined_requests_are_answered_one_after_the_other_in_order() throws Exception {
        StringBuilder pipeline = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            pipeline.append(EdgeFixture.post("/api/chat/completions", "n" + i));
            pipeline.append(EdgeFixture.head("GET /nowhere"));
            pipeline.append("\r\n");
        }
        try (RawCaller caller = edge.raw()) {
            caller.send(pipeline.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(caller.answer().body()).isEqualTo("echo n" + i);
                assertThat(caller.answer().status()).isEqualTo(404);
            }
        }
    }

    @Test
    void a_pipeline_does_not_wait_in_memory() throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.post("/slow", "{}"));
            byte[] block = HIDDEN.repeat(25_000).getBytes(StandardCharsets.US_ASCII);
            Thread sender = new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    caller.sendWhatGoes(block);
                }
            });
            sender.start();
            sender.join(2000);
            assertThat(sender.isAlive())
                    .as("the sender of 200 MB is held back by the sockets' buffers")
                    .isTrue();
            assertThat(edge.get("/health").statusCode()).isEqualTo(200);
        }
    }
}
