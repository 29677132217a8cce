package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerHeadersTest {

    private static EdgeFixture edge;

    @BeforeAll
    static void start() throws Exception {
        edge = new EdgeFixture();
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    @Test
    void only_what_is_on_the_list_enters_the_exchange() throws Exception {
        String query = "?date=2026-11-22&limit=5&limit=6&CamelHttpUri=http://evil&id=8&to=y&unknown=x";
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head(
                    "GET /headers/7" + query,
                    "CamelHttpUri: http://evil",
                    "cAmELhttpURI: http://evil",
                    "CamelRestHttpUri: http://evil",
                    "org.apache.camel.x: y",
                    "Long-Running-Action: z",
                    "Authorization: Basic dXNlcjpwYXNz",
                    "x-api-key: sk-1",
                    "Cookie: a=b",
                    "X-Forwarded-Host: evil",
                    "User-Agent: me",
                    "Content-Type: text/x; charset=evil",
                    "x-session-id: s-1",
                    "X-User-Id: u-1",
                    "Anthropic-Version: 2023-06-01",
                    "idempotency-key: k-1",
                    "X-Client-Request-Id: mine.1"));
            assertThat(caller.answer().body())
                    .isEqualTo("{Content-Type=text/x; charset=evil, Idempotency-Key=k-1, X-Client-Request-Id=mine.1,"
                            + " X-Session-Id=s-1, X-User-Id=u-1, anthropic-version=2023-06-01, date=2026-11-22, id=7,"
                            + " limit=[5, 6], to=y} by mine.1");
        }
    }

    @Test
    void no_query_parameter_of_a_post_enters_the_exchange() throws Exception {
        assertThat(edge.postJson("/headers/7?date=2026-11-22&model=x&CamelHttpUri=y", "{}")
                        .body())
                .isEqualTo("{Content-Type=application/json, id=7} by null");
    }

    @Test
    void only_what_is_set_on_purpose_goes_out() throws Exception {
        HttpResponse<String> answer = edge.get("/leaks", "X-Custom", "mine", "CamelHttpUri", "x");
        assertThat(answer.headers().map().keySet())
                .containsExactlyInAnyOrder(
                        "x-request-id", "x-session-id", "x-ratelimit-remaining-requests", "content-length", "vary");
        assertThat(answer.headers().firstValue("X-Request-Id").orElseThrow()).startsWith("req_");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-Z.0_9", "0123456789abcdef0123456789abcdef"})
    void a_callers_own_id_is_echoed(String id) throws Exception {
        HttpResponse<String> answer = edge.get("/health", "X-Client-Request-Id", id);
        assertThat(answer.headers().allValues("X-Client-Request-Id")).containsExactly(id);
        assertThat(edge.get("/nowhere", "X-Client-Request-Id", id).headers().allValues("X-Client-Request-Id"))
                .containsExactly(id);
    }

    @Test
    void a_callers_own_id_that_cannot_be_is_refused_by_name() throws Exception {
        List<String> headers = List.of(
                "X-Client-Request-Id: a b",
                "X-Client-Request-Id: a/b",
                "X-Client-Request-Id: \u00e4",
                "X-Client-Request-Id:",
                "X-Client-Request-Id: " + "x".repeat(129),
                "X-Client-Request-Id: a\r\nX-Client-Request-Id: b");
        for (String header : headers) {
            try (RawCaller caller = edge.raw()) {
                RawCaller.RawAnswer answer =
                        caller.send(EdgeFixture.head("GET /health", header)).answer();
                assertThat(answer.status()).as(header).isEqualTo(400);
                assertThat(answer.body()).contains("\"param\":\"X-Client-Request-Id\"", "\"code\":\"invalid_value\"");
                assertThat(answer.header("X-Client-Request-Id")).isEmpty();
                caller.send(EdgeFixture.head("GET /health") + "\r\n");
                assertThat(caller.answer().status()).isEqualTo(200);
            }
        }
        String longest = "x".repeat(128);
        assertThat(edge.get("/health", "X-Client-Request-Id", longest).statusCode())
                .isEqualTo(200);
    }

    @Test
    void request_ids_are_ours_unique_and_in_order_of_time() throws Exception {
        assertThat(edge.get("/health", "X-Request-Id", "req_mine").headers().allValues("X-Request-Id"))
                .hasSize(1)
                .doesNotContain("req_mine");
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String path = i % 2 == 0 ? "/health" : "/nowhere";
            answers.add(edge.http.sendAsync(
                    java.net.http.HttpRequest.newBuilder(edge.uri(path)).build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        List<String> ids = answers.stream()
                .map(answer ->
                        answer.join().headers().firstValue("X-Request-Id").orElseThrow())
                .toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("req_[0-9a-f]{30}"));
        String later = edge.get("/health").headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(ids).allMatch(id -> id.substring(0, 16).compareTo(later.substring(0, 16)) <= 0);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/health,200",
        "GET,/nowhere,404",
        "GET,/api/chat/completions,405",
        "GET,/stream,200",
    })
    void an_allowed_origin_is_granted_on_every_answer_and_no_other(String method, String path, int status)
            throws Exception {
        for (String origin : List.of(
                EdgeFixture.ORIGIN,
                "https://app.example.com:443",
                "https://app.example.com.evil.org",
                "HTTPS://APP.EXAMPLE.COM",
                "http://app.example.com",
                "https://app.example.com/",
                "null",
                "*")) {
            try (RawCaller caller = edge.raw()) {
                caller.send(EdgeFixture.head(method + " " + path, "Origin: " + origin));
                RawCaller.RawAnswer answer = caller.answer();
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.header("Vary")).isEqualTo("Origin");
                assertThat(answer.header("Access-Control-Allow-Origin"))
                        .isEqualTo(origin.equals(EdgeFixture.ORIGIN) ? origin : "");
                assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
                if (!origin.equals(EdgeFixture.ORIGIN)) {
                    assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/api/chat/completions", "/nowhere"})
    void a_preflight_of_an_allowed_origin_is_answered_with_204(String path) throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head(
                    "OPTIONS " + path,
                    "Origin: " + EdgeFixture.ORIGIN,
                    "Access-Control-Request-Method: POST",
                    "Access-Control-Request-Headers: content-type"));
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(EdgeFixture.ORIGIN);
            assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET, POST, PATCH, DELETE, OPTIONS");
            assertThat(answer.header("Access-Control-Allow-Headers")).contains("Content-Type", "X-Session-Id");
            assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("600");
            assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
            assertThat(answer.header("X-Request-Id")).startsWith("req_");
        }
    }

    @Test
    void a_preflight_of_another_origin_is_an_options_like_any_other() throws Exception {
        try (RawCaller caller = edge.raw()) {
            caller.send(EdgeFixture.head(
                    "OPTIONS /api/chat/completions",
                    "Origin: https://evil.example",
                    "Access-Control-Request-Method: POST"));
            RawCaller.RawAnswer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("Allow")).isEqualTo("POST");
            assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));
        }
    }
}
