package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsAndBodiesTest {

    private static final String JSON = "Content-Type: application/json";

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
                "/",
                "/nowhere",
                "/api",
                "/API/chat/completions",
                "/v1/messagesx",
                "/../etc/passwd",
                "/health/x",
                "/health%00",
                "/%2e%2e/health/y",
                "/?/health",
                "*",
                "/headers/",
                "/health;x=1"
            })
    void an_unknown_path_is_answered_with_404_as_json(String path) throws Exception {
        try (RawCaller caller = edge.raw()) {
            RawCaller.RawAnswer answer =
                    caller.send(EdgeFixture.head("GET " + path) + "\r\n").answer();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            assertThat(answer.body())
                    .isEqualTo(
                            "{\"error\":{\"message\":\"Unknown path\",\"type\":\"invalid_request_error\",\"param\":null,"
                                    + "\"code\":\"not_found\",\"request_id\":\"" + answer.header("X-Request-Id")
                                    + "\"}}");
            assertThat(caller.send(EdgeFixture.head("GET /health") + "\r\n")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void below_messages_errors_have_anthropics_shape() throws Exception {
        HttpResponse<String> answer = edge.get("/v1/messages/nowhere?x=1");
        String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .isEqualTo("{\"type\":\"error\",\"error\":{\"message\":\"Unknown path\",\"type\":\"not_found_error\","
                        + "\"param\":null,\"code\":\"not_found\"},\"request_id\":\"" + id + "\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/chat/completions,POST",
        "OPTIONS,/api/chat/completions,POST",
        "PUT,/v1/messages,POST",
        "HEAD,/api/chat/completions,POST",
        "POST,/health,'GET, HEAD'",
        "OPTIONS,/health/,'GET, HEAD'",
        "DELETE,/headers/7,'GET, HEAD, POST'",
        "TRACE,/health,'GET, HEAD'",
        "get,/health,'GET, HEAD'",
    })
    void a_wrong_method_is_answered_with_405_and_the_right_ones(String method, String path, String allow)
            throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head(method + " " + path) + "\r\n");
            assertThat(caller.line()).isEqualTo("HTTP/1.1 405 Method Not Allowed");
            StringBuilder head = new StringBuilder();
            for (String line = caller.line(); !line.isEmpty(); line = caller.line()) {
                head.append(line).append('\n');
            }
            assertThat(head.toString().toLowerCase(java.util.Locale.ROOT))
                    .contains("allow: " + allow.toLowerCase(java.util.Locale.ROOT) + "\n", "x-request-id: req_");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/headers/%zz", "/headers/7?date=%zz", "/headers/7?%", "/%"})
    void a_badly_encoded_path_or_query_is_answered_with_400(String path) throws Exception {
        try (RawCaller caller = edge.raw()) {
            RawCaller.RawAnswer answer =
                    caller.send(EdgeFixture.head("GET " + path) + "\r\n").answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"malformed_request\"");
        }
    }

    @Test
    void a_missing_host_is_answered_with_400() throws Exception {
        try (RawCaller caller = edge.raw()) {
            RawCaller.RawAnswer answer =
                    caller.send("GET /health HTTP/1.1\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"malformed_request\"", "Host");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "Content-Type: text/plain",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data; boundary=x",
                "Content-Type: application/jsonx",
                "Content-Type: application/json; charset=iso-8859-1",
                "Content-Type: application/json; charset=utf-16",
                "Content-Type: application/json\r\nContent-Type: application/json",
                "Content-Type: application/json\r\nContent-Encoding: gzip",
                "Content-Type: application/json\r\nContent-Encoding: br",
            })
    void another_media_type_or_encoding_is_answered_with_415(String header) throws Exception {
        int walks = edge.walks.get();
        try (RawCaller caller = edge.raw()) {
            RawCaller.RawAnswer answer = caller.send(
                            EdgeFixture.head("POST /api/chat/completions", header, "Content-Length: 2") + "{}")
                    .answer();
            assertThat(answer.status()).isEqualTo(415);
            assertThat(answer.body()).contains("\"code\":\"unsupported_media_type\"", "\"param\":\"Content-");
            assertThat(caller.send(EdgeFixture.post("/api/chat/completions", "{}"))
                            .answer()
                            .body())
                    .isEqualTo("echo {}");
            assertThat(edge.walks).hasValue(walks + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json;charset=utf-8",
                "application/json; charset=\"UTF-8\"",
                "application/json ; version=1",
            })
    void json_is_taken_however_it_is_written(String type) throws Exception {
        assertThat(edge.post("/api/chat/completions", "{\"a\":\"\u00e4\"}", "Content-Type", type)
                        .body())
                .isEqualTo("echo {\"a\":\"\u00e4\"}");
    }

    @Test
    void a_length_over_the_limit_is_refused_before_the_body_comes() throws Exception {
        try (RawCaller caller = edge.raw()) {
            RawCaller.RawAnswer answer = caller.send(
                            EdgeFixture.head("POST /v1/messages", JSON, "Content-Length: 100001"))
                    .answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("request_too_large", "\"code\":\"body_too_large\"", "100000 bytes");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(caller.isClosed()).isTrue();
        }
        assertThat(edge.postJson("/api/chat/completions", "x".repeat(100_000)).body())
                .hasSize(100_005);
    }

    @Test
    void a_chunked_body_over_the_limit_is_refused_though_the_caller_goes_on_sending() throws Exception {
        String chunk = "2710\r\n" + "x".repeat(10_000) + "\r\n";
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head("POST /api/chat/completions", JSON, "Transfer-Encoding: chunked"));
            caller.sendWhatGoes(chunk.repeat(40).getBytes(StandardCharsets.US_ASCII));
            assertThat(caller.answer().status()).isEqualTo(413);
            assertThat(caller.isClosed()).isTrue();
        }
        await().until(() -> edge.server.open() == 0);
        assertThat(edge.admission.inFlight()).isZero();
    }

    @Test
    void a_large_body_arrives_as_it_was_sent() throws Exception {
        String body = "0123456789".repeat(9_000);
        assertThat(edge.postJson("/v1/chat/completions", body).body()).isEqualTo("echo " + body);
    }

    @Test
    void a_long_request_line_and_large_headers_are_refused() throws Exception {
        for (String request : new String[] {
            EdgeFixture.head("GET /" + "x".repeat(9_000)),
            "GET /" + "x".repeat(40_000),
            EdgeFixture.head("GET /health", "X-A: " + "x".repeat(40_000)),
            "GET /health HTTP/1.1\r\n" + "X-A: b\r\n".repeat(10_000)
        }) {
            try (RawCaller caller = edge.raw()) {
                RawCaller.RawAnswer answer = caller.sendWhatGoes(request.getBytes(StandardCharsets.US_ASCII))
                        .answer();
                assertThat(answer.status()).isEqualTo(431);
                assertThat(answer.body()).contains("\"code\":\"headers_too_large\"");
                assertThat(caller.isClosed()).isTrue();
            }
        }
    }

    @Test
    void a_caller_who_asks_first_is_told_to_go_on() throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(
                    EdgeFixture.head("POST /api/chat/completions", JSON, "Content-Length: 2", "Expect: 100-continue"));
            assertThat(caller.line()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(caller.line()).isEmpty();
            assertThat(caller.send("{}").answer().body()).isEqualTo("echo {}");
            assertThat(caller.send(EdgeFixture.head("GET /health") + "\r\n")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_caller_who_asks_first_is_refused_at_once_and_may_not_go_on() throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head(
                    "POST /api/chat/completions",
                    "Content-Type: text/plain",
                    "Content-Length: 2",
                    "Expect: 100-continue"));
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(415);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(caller.isClosed()).isTrue();
        }
    }

    @Test
    void an_upgrade_is_not_taken_up() throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head(
                            "GET /health",
                            "Connection: Upgrade, HTTP2-Settings",
                            "Upgrade: h2c",
                            "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")
                    + "");
            assertThat(caller.answer().status()).isEqualTo(200);
            caller.send(EdgeFixture.head(
                    "GET /health",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
            assertThat(caller.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void a_failure_that_no_route_answers_for_says_nothing_of_what_is_inside() throws Exception {
        HttpResponse<String> answer = edge.get("/fails");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body())
                .contains("\"code\":\"internal_error\"", "\"type\":\"api_error\"")
                .doesNotContain("secret", "Exception");
    }

    @Test
    void answers_come_from_text_arrays_and_streams() throws Exception {
        assertThat(edge.get("/bytes").body()).isEqualTo("ok");
        HttpResponse<String> stream = edge.get("/stream");
        assertThat(stream.body()).isEqualTo("one two three");
        assertThat(stream.headers().firstValue("X-Request-Id")).isPresent();
    }
}
