package dev.caravan.gateway;

import static dev.caravan.gateway.KeyMaker.bearer;
import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.access.KeyText;
import dev.caravan.app.StartFailure;
import dev.caravan.stub.StubProvider;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may come in, over real HTTP: every entrance, every kind of wrong key, in each caller's own error format. */
class KeysTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    private static final String ASK = "{\"model\":\"gpt-4o\",\"max_tokens\":100," + MESSAGES + "}";
    private static final String STREAM = "{\"model\":\"demo\",\"stream\":true,\"max_tokens\":100," + MESSAGES + "}";

    private static StubProvider stub;
    private static RunningGateway gateway;
    private static KeyMaker maker;
    private static String admin;
    private static String ann;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .variable("GATEWAY_KEYS", "on")
                .property("gateway.keys-refresh-ms", "200")
                .start();
        maker = new KeyMaker(gateway.ledgerUrl());
        admin = maker.admin();
        ann = maker.key("ann", "");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stub.close();
    }

    /** Every way in, as GET or POST. */
    private static HttpResponse<String> call(String way, String... headers) {
        String[] parts = way.split(" ");
        String body = way.endsWith("stream") ? STREAM : ASK;
        return parts[0].equals("GET") ? gateway.get(parts[1], headers) : gateway.post(parts[1], body, headers);
    }

    private static final String[] WAYS = {
        "POST /api/chat/completions",
        "POST /api/chat/completions stream",
        "POST /v1/chat/completions",
        "POST /v1/chat/completions stream",
        "POST /v1/messages",
        "POST /v1/messages stream",
        "POST /v1/messages/count_tokens",
        "GET /api/models",
        "GET /v1/models",
        "GET /v1/models/gpt-4o",
        "GET /api/usage/daily",
        "GET /api/usage/daily?format=csv",
        "GET /api/usage/monthly",
        "GET /api/usage/summary",
        "GET /api/usage/session/s",
    };

    private static Map<String, String[]> wrong() {
        String unknown = KeyText.fresh(new SecureRandom()).reveal();
        String revoked = maker.key("ann", "");
        maker.revoke(revoked);
        String expired = maker.key("ann", "");
        gateway.rows("select 1");
        execute("update gateway_key set expires_at = '2020-01-01T00:00:00.000Z' where key_id = '" + KeyMaker.id(expired)
                + "'");
        execute("update gateway_key_version set version = version + 1");
        await().until(() -> gateway.get("/api/models", bearer(expired)).statusCode() == 401);
        String other = ann.substring(0, 20) + (ann.charAt(20) == 'a' ? 'b' : 'a') + ann.substring(21);
        Map<String, String[]> wrong = new LinkedHashMap<>();
        wrong.put("none", new String[0]);
        wrong.put("unknown", bearer(unknown));
        wrong.put("revoked", bearer(revoked));
        wrong.put("expired", bearer(expired));
        wrong.put("expired, as x-api-key", new String[] {"x-api-key", expired});
        wrong.put("one letter wrong", bearer(other));
        wrong.put("cut off", bearer(ann.substring(0, 30)));
        wrong.put("a provider's", bearer("sk-test-openai"));
        wrong.put("basic", new String[] {"Authorization", "Basic " + ann});
        wrong.put("empty", new String[] {"x-api-key", ""});
        wrong.put("two", new String[] {"Authorization", "Bearer " + ann, "x-api-key", admin});
        return wrong;
    }

    private static void execute(String sql) {
        try (java.sql.Connection connection = java.sql.DriverManager.getConnection(gateway.ledgerUrl());
                java.sql.Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void without_a_valid_key_every_way_in_is_shut() {
        int asked = stub.requests();
        wrong().forEach((who, headers) -> {
            for (String way : WAYS) {
                HttpResponse<String> answer = call(way, headers);
                assertThat(answer.statusCode()).as("%s: %s", who, way).isEqualTo(401);
                JsonNode body = json(answer);
                JsonNode error = body.path("error");
                assertThat(error.path("code").asText()).isEqualTo("gateway_key_invalid");
                assertThat(error.path("type").asText()).isEqualTo("authentication_error");
                assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
                if (way.contains("/v1/messages")) {
                    assertThat(body.path("type").asText())
                            .as("Anthropic's shape")
                            .isEqualTo("error");
                    assertThat(body.path("request_id").asText()).startsWith("req_");
                } else {
                    assertThat(error.path("request_id").asText())
                            .as("OpenAI's shape")
                            .startsWith("req_");
                }
                assertThat(answer.body()).doesNotContain(ann.substring(10), "sk-test");
            }
        });
        assertThat(stub.requests()).as("no provider was called").isEqualTo(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "x-api-key"})
    void with_a_valid_key_every_way_in_is_open(String header) {
        for (String way : WAYS) {
            int expected = way.contains("/session/") ? 404 : 200;
            String value = header.equals("Authorization") ? "Bearer " + ann : ann;
            assertThat(call(way, header, value).statusCode()).as(way).isEqualTo(expected);
        }
        assertThat(stub.last().headers().toString())
                .as("what the provider sees")
                .doesNotContain("cv-");
    }

    @Test
    void a_key_in_the_address_is_refused_wherever_it_stands() {
        for (String query :
                List.of("key=x", "api_key=" + ann, "x-api-key=" + ann, "model=" + ann, "a=b&TOKEN=" + ann)) {
            for (String path : List.of("/api/models", "/v1/models", "/health", "/nowhere", "/api/usage/daily")) {
                HttpResponse<String> answer = gateway.get(path + "?" + query, bearer(ann));
                assertThat(answer.statusCode()).as("%s?%s", path, query).isEqualTo(400);
                assertThat(answer.body()).contains("must not be in the address").doesNotContain(ann);
            }
        }
    }

    @Test
    void strangers_see_the_status_and_admins_the_details() {
        for (String path : List.of("/health", "/health/live", "/health/ready")) {
            assertThat(gateway.get(path).body()).matches("\\{\"status\":\"(UP|DOWN)\",\"checks\":\\[]}");
            assertThat(gateway.get(path, bearer(ann)).body())
                    .isEqualTo(gateway.get(path).body());
        }
        assertThat(gateway.get("/health", bearer(admin)).body()).contains("\"database\":\"writable\"", "journal");
        assertThat(gateway.get("/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void a_key_asks_for_its_own_models_only() {
        String key = maker.key("tom", "'models':['gpt-4o']");
        for (String way : List.of("/api/chat/completions", "/v1/chat/completions", "/v1/messages")) {
            assertThat(gateway.post(way, ASK, bearer(key)).statusCode()).isEqualTo(200);
            for (String other : List.of("claude-haiku-4-5", "gemini-2.5-flash", "demo", "gpt-4o-mini")) {
                HttpResponse<String> answer = gateway.post(way, ASK.replace("gpt-4o", other), bearer(key));
                assertThat(answer.statusCode()).as("%s %s", way, other).isEqualTo(404);
                assertThat(json(answer).at("/error/message").asText()).isEqualTo("Unsupported model");
            }
        }
        assertThat(gateway.post("/v1/messages/count_tokens", ASK.replace("gpt-4o", "demo"), bearer(key))
                        .statusCode())
                .isEqualTo(404);
        assertThat(json(gateway.get("/api/models", bearer(key))).path("models")).hasSize(1);
        assertThat(json(gateway.get("/v1/models", bearer(key))).path("data")).hasSize(1);
        assertThat(gateway.get("/v1/models/demo", bearer(key)).statusCode()).isEqualTo(404);
    }

    @Test
    void a_caller_is_the_user_of_its_key_and_sees_nobody_elses_usage() {
        String eve = maker.key("eve", "");
        String bob = maker.key("bob", "");
        String nobody = maker.key("x", "");
        maker.change(nobody, "'user_id':null");
        // The gateway may have looked between the two: a change made elsewhere is seen a second later.
        await().atMost(Duration.ofSeconds(2))
                .until(() -> gateway.get("/api/usage/daily", bearer(nobody)).statusCode() == 401);
        String claim =
                "{\"model\":\"demo\",\"max_tokens\":50,\"user_id\":\"bob\",\"user\":\"bob\",\"session_id\":\"%s\","
                        + MESSAGES + "}";
        for (String way : List.of("/api/chat/completions", "/v1/chat/completions", "/v1/messages")) {
            String body = way.contains("messages") ? claim.replace("\"user\":\"bob\",", "") : claim;
            assertThat(gateway.post(way, body.formatted("eves"), "x-api-key", eve, "X-User-Id", "bob")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(gateway.post("/api/chat/completions", claim.formatted("bobs"), bearer(bob))
                        .statusCode())
                .isEqualTo(200);
        // The same session's name is another session.
        assertThat(gateway.post("/api/chat/completions", claim.formatted("eves"), bearer(bob))
                        .statusCode())
                .isEqualTo(200);

        assertThat(json(gateway.get("/api/usage/daily", bearer(eve)))
                        .at("/request_count")
                        .asInt())
                .isEqualTo(3);
        assertThat(json(gateway.get("/api/usage/daily?user_id=eve", bearer(eve)))
                        .path("data"))
                .hasSize(1);
        assertThat(gateway.get("/api/usage/monthly?format=csv", bearer(eve)).body())
                .contains("eve")
                .doesNotContain("bob");
        assertThat(json(gateway.get("/api/usage/summary", bearer(eve)))
                        .at("/request_count")
                        .asInt())
                .isEqualTo(3);
        assertThat(json(gateway.get("/api/usage/session/eves", bearer(eve))).path("requests"))
                .hasSize(3);
        assertThat(json(gateway.get("/api/usage/session/eves", bearer(bob))).path("requests"))
                .hasSize(1);
        assertThat(gateway.get("/api/usage/session/bobs", bearer(eve)).statusCode())
                .isEqualTo(404);
        HttpResponse<String> peek = gateway.get("/api/usage/daily?user_id=bob", bearer(eve));
        assertThat(peek.statusCode()).isEqualTo(400);
        assertThat(json(peek).at("/error/param").asText()).isEqualTo("user_id");
        assertThat(gateway.get("/api/usage/daily", bearer(nobody)).statusCode()).isEqualTo(401);
        assertThat(json(gateway.get("/api/usage/session/eves", bearer(admin))).path("requests"))
                .hasSize(4);
        assertThat(json(gateway.get("/api/usage/daily?user_id=bob", bearer(admin)))
                        .at("/request_count")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void a_revoked_key_is_shut_out_at_once() {
        String key = maker.key("ann", "");
        assertThat(gateway.get("/api/models", bearer(key)).statusCode()).isEqualTo(200);
        maker.revoke(key);
        await().atMost(Duration.ofSeconds(2))
                .until(() -> gateway.get("/api/models", bearer(key)).statusCode() == 401);
    }

    @Test
    void off_on_loopback_ignores_what_a_caller_sends_as_a_key() {
        try (RunningGateway plain = RunningGateway.with().start()) {
            for (String[] headers : List.of(new String[0], bearer("sk-any"), new String[] {"x-api-key", ann})) {
                assertThat(plain.post("/v1/chat/completions", STREAM.replace("true", "false"), headers)
                                .statusCode())
                        .isEqualTo(200);
            }
            assertThat(plain.get("/health").body()).contains("database");
        }
    }

    @Test
    void beyond_loopback_it_does_not_start_without_a_key(@TempDir Path folder) throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("usage.db");
        for (String mode : List.of("auto", "on", "off")) {
            assertThatThrownBy(() -> RunningGateway.with()
                            .variable("USAGE_DB_URL", url)
                            .variable("GATEWAY_HOST", "0.0.0.0")
                            .variable("GATEWAY_KEYS", mode)
                            .start())
                    .as(mode)
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("GATEWAY_HOST=0.0.0.0 lets other machines in")
                    .hasMessageContaining("unset GATEWAY_HOST to listen on 127.0.0.1")
                    .hasMessageContaining("keys add --name NAME")
                    .hasMessageNotContaining("\n");
        }
        String key = new KeyMaker(url).key("ann", "");
        assertThatThrownBy(() -> RunningGateway.with()
                        .variable("USAGE_DB_URL", url)
                        .variable("GATEWAY_HOST", "0.0.0.0")
                        .variable("GATEWAY_KEYS", "off")
                        .start())
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("gateway keys are off");
        try (RunningGateway open = RunningGateway.with()
                .variable("USAGE_DB_URL", url)
                .variable("GATEWAY_HOST", "0.0.0.0")
                .start()) {
            assertThat(open.get("/api/models").statusCode()).isEqualTo(401);
            assertThat(open.get("/api/models", bearer(key)).statusCode()).isEqualTo(200);
            assertThat(open.get("/health").body()).contains("\"checks\":[]");
        }
        assertThat(Files.list(folder).toList()).isNotEmpty();
    }

    @Test
    void several_gateways_share_the_keys_of_one_ledger() {
        List<RunningGateway> others = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                others.add(RunningGateway.with()
                        .variable("USAGE_DB_URL", gateway.ledgerUrl())
                        .variable("GATEWAY_KEYS", "on")
                        .start());
            }
            String key = maker.key("ann", "");
            others.forEach(
                    other -> assertThat(other.get("/api/models", bearer(key)).statusCode())
                            .as("a new key works everywhere at once")
                            .isEqualTo(200));
            maker.revoke(key);
            await().atMost(Duration.ofSeconds(3))
                    .untilAsserted(() -> others.forEach(other -> assertThat(
                                    other.get("/api/models", bearer(key)).statusCode())
                            .isEqualTo(401)));
        } finally {
            others.forEach(RunningGateway::close);
        }
    }
}
