package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.stub.StubProvider;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers should not send: always a clear 4xx, never a 5xx, never a call to a provider, never a row. */
class BadInputTest {

    private static final String USER = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private static StubProvider stub;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with().providersAt(stub.address()).start();
    }

    @AfterAll
    static void stop() {
        assertThat(stub.requests()).as("no provider was called").isZero();
        assertThat(gateway.rows("select * from session_usage")).isEmpty();
        gateway.close();
        stub.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{                                                          | malformed_json       |",
                "[]                                                         | invalid_type         |",
                "{}                                                         | missing_field        | model",
                "{\"model\":\"gpt-4o\"}                                     | missing_field        | messages",
                "{\"model\":7,USER}                                         | invalid_type         | model",
                "{\"model\":\"gpt-4o\",\"messages\":{}}                     | invalid_type         | messages",
                "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]} | *     | messages",
                "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}  | invalid_value | messages[0].role",
                "{\"model\":\"gpt-4o\",\"temperature\":2.5,USER}            | out_of_range         | temperature",
                "{\"model\":\"gpt-4o\",\"temperature\":\"hot\",USER}        | invalid_type         | temperature",
                "{\"model\":\"gpt-4-turbo-preview\",\"max_tokens\":4097,USER} | max_tokens_too_large | max_tokens",
                "{\"model\":\"gpt-4o\",\"max_tokens\":0,USER}               | out_of_range         | max_tokens",
                "{\"model\":\"gpt-4o\",\"max_tokens\":1.5,USER}             | invalid_type         | max_tokens",
                "{\"model\":\"gpt-4o\",\"session_id\":\"\",USER}            | out_of_range         | session_id",
                "{\"model\":\"gpt-4o\",\"user_id\":\"a\\nb\",USER}          | invalid_value        | user_id",
                "{\"model\":\"gpt-4o\",\"user_id\":\"a\\u0000b\",USER}      | invalid_value        | user_id",
                "{\"model\":\"gemini-pro\",\"base_url\":\"http://evil\",USER} | unsupported_parameter | base_url",
                "{\"model\":\"claude-haiku-4-5\",\"api_key\":\"x\",USER}    | unsupported_parameter | api_key"
            })
    void names_the_field_and_what_is_wrong(String body, String code, String param) {
        HttpResponse<String> response = gateway.post("/api/chat/completions", body.replace("USER", USER));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        if (!code.equals("*")) {
            assertThat(json(response).at("/error/code").asText()).isEqualTo(code);
        }
        assertThat(json(response).at("/error/param").asText("")).isEqualTo(param == null ? "" : param);
        assertThat(json(response).at("/error/message").asText()).isNotBlank();
        assertThat(json(response).at("/error/request_id").asText())
                .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
    }

    @Test
    void says_how_many_tokens_a_model_may_give() {
        HttpResponse<String> response = gateway.post(
                "/api/chat/completions", "{\"model\":\"gpt-4-turbo-preview\",\"max_tokens\":5000," + USER + "}");
        assertThat(json(response).at("/error/message").asText())
                .isEqualTo("max_tokens must be at most 4096 for gpt-4-turbo-preview");
    }

    @Test
    void refuses_a_prompt_that_leaves_no_room() {
        String words = "all work and no play makes jack a dull boy ".repeat(1500);
        HttpResponse<String> response = gateway.chat("gpt-4", words);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("context_too_long");
    }

    @Test
    void huge_numbers_and_deep_nesting_are_refused_quickly() {
        String huge = "9".repeat(5000);
        assertThat(gateway.post(
                                "/api/chat/completions",
                                "{\"model\":\"gpt-4o\",\"max_tokens\":" + huge + "," + USER + "}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(gateway.post(
                                "/api/chat/completions",
                                "{\"model\":\"gpt-4o\",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "," + USER
                                        + "}")
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CamelHttpUri",
                "camelhttpuri",
                "CAMELHTTPPATH",
                "CamelHttpQuery",
                "CamelHttpMethod",
                "CamelFileName"
            })
    void headers_that_camel_obeys_are_just_headers(String header) {
        HttpResponse<String> response = gateway.post(
                "/api/chat/completions",
                "{\"model\":\"demo\"," + "\"messages\":[]}",
                header,
                "http://127.0.0.1:1/{{env:X}}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue(header)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/usage/daily?date=2026-02-30,date", "/api/usage/daily?from=yesterday,from",
        "/api/usage/daily?from=2026-02-02&to=2026-02-01,from", "/api/usage/daily?limit=0,limit",
        "/api/usage/daily?limit=10001,limit", "/api/usage/daily?cursor=%00,cursor",
        "/api/usage/monthly?month=2026-13,month", "/api/usage/daily?format=xml,format",
        "/api/usage/daily?date=2026-01-01&date=2026-01-02,date"
    })
    void usage_pages_name_the_parameter(String path, String param) {
        HttpResponse<String> response = gateway.get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response).at("/error/param").asText()).isEqualTo(param);
    }

    @Test
    void sql_in_a_filter_is_just_a_name_that_nobody_has() {
        HttpResponse<String> response = gateway.get("/api/usage/daily?user_id=x'%20OR%20'1'='1");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/data")).isEmpty();
    }
}
