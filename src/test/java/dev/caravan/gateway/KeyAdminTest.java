package dev.caravan.gateway;

import static dev.caravan.gateway.KeyMaker.bearer;
import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin pages of keys, over real HTTP. */
class KeyAdminTest {

    private static final String CHAT = "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private static RunningGateway gateway;
    private static String admin;
    private static String ann;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.with().variable("GATEWAY_KEYS", "on").start();
        KeyMaker maker = new KeyMaker(gateway.ledgerUrl());
        admin = maker.admin();
        ann = maker.key("ann", "");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.address() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_key_is_made_shown_once_used_changed_and_revoked() {
        HttpResponse<String> made = send(
                "POST",
                "/api/keys",
                "{'name':'web shop','user_id':'shop','models':['demo'],'requests_per_minute':5,'budget_day_usd':0.25}",
                bearer(admin));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        String key = json(made).at("/key").asText();
        String id = json(made).at("/id").asText();
        assertThat(key).startsWith("cv-" + id);
        assertThat(gateway.post("/api/chat/completions", CHAT, bearer(key)).statusCode())
                .as("works at once")
                .isEqualTo(200);

        HttpResponse<String> shown = gateway.get("/api/keys/" + id, bearer(admin));
        assertThat(json(shown).at("/name").asText()).isEqualTo("web shop");
        assertThat(json(shown).at("/budget_day_usd").decimalValue()).isEqualByComparingTo("0.25");
        assertThat(shown.body()).doesNotContain(key, "hash");
        JsonNode all = json(gateway.get("/api/keys", bearer(admin))).path("keys");
        assertThat(all.toString()).contains(id, "boss").doesNotContain(key, "hash");

        HttpResponse<String> changed =
                send("PATCH", "/api/keys/" + id, "{'requests_per_minute':null,'user_id':'store'}", bearer(admin));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(json(changed).at("/requests_per_minute").isNull()).isTrue();
        assertThat(json(changed).at("/budget_day_usd").decimalValue()).isEqualByComparingTo("0.25");

        HttpResponse<String> revoked = send("DELETE", "/api/keys/" + id, "", bearer(admin));
        assertThat(revoked.statusCode()).isEqualTo(200);
        assertThat(json(revoked).at("/revoked_at").asText()).startsWith("20");
        assertThat(gateway.post("/api/chat/completions", CHAT, bearer(key)).statusCode())
                .as("shut at once")
                .isEqualTo(401);
        assertThat(send("PATCH", "/api/keys/" + id, "{'name':'x'}", bearer(admin))
                        .statusCode())
                .isEqualTo(409);

        assertThat(gateway.rows("select changed_by, action, what from gateway_key_change where key_id = '" + id
                        + "' order by change_id"))
                .extracting(row -> row.get("action"))
                .containsExactly("add", "change", "revoke");
        assertThat(gateway.rows("select * from gateway_key_change where key_id = '" + id + "'")
                        .toString())
                .contains("key " + KeyMaker.id(admin), "\"user_id\":[\"shop\",\"store\"]")
                .doesNotContain(key);
        assertThat(gateway.rows("select * from gateway_key").toString()).doesNotContain(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'name':'x','budget_day_usd':0} | budget_day_usd | out_of_range",
                "{'name':'x','budget_month_usd':-3} | budget_month_usd | out_of_range",
                "{'name':'x','budget_month_usd':99999999} | budget_month_usd | out_of_range",
                "{'name':'x','models':['no-such-model']} | models | invalid_value",
                "{'name':'x','requests_per_minute':'5'} | requests_per_minute | invalid_type",
                "{'name':'x','expires_at':'2001-01-01'} | expires_at | out_of_range",
                "{'name':'x','rpm':5} | rpm | unsupported_parameter",
                "{} | name | missing_field",
                "{'name':'x','name':'y'} | null | malformed_json",
                "[] | null | malformed_json",
                "{'name':'x'} {} | null | malformed_json",
                "{'name': | null | malformed_json",
            })
    void what_is_wrong_is_named(String body, String param, String code) {
        HttpResponse<String> refused = send("POST", "/api/keys", body, bearer(admin));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/code").asText()).isEqualTo(code);
        assertThat(json(refused).at("/error/param").asText()).isEqualTo(param);
    }

    @Test
    void only_an_admin_manages_keys_and_sees_the_audit() {
        for (String[] who : List.of(new String[0], bearer(ann), bearer("cv-wrong"))) {
            assertThat(gateway.get("/api/keys", who).statusCode()).isEqualTo(401);
            assertThat(gateway.get("/api/keys/" + KeyMaker.id(ann), who).statusCode())
                    .isEqualTo(401);
            assertThat(gateway.get("/api/usage/audit", who).statusCode()).isEqualTo(401);
            assertThat(send("POST", "/api/keys", "{'name':'x','admin':true}", who)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(send("PATCH", "/api/keys/" + KeyMaker.id(ann), "{'admin':true}", who)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(send("DELETE", "/api/keys/" + KeyMaker.id(ann), "", who).statusCode())
                    .isEqualTo(401);
        }
        assertThat(gateway.get("/api/usage/audit", bearer(admin)).statusCode()).isEqualTo(200);
        assertThat(gateway.get("/api/keys/none", bearer(admin)).statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/api/keys/none", "", bearer(admin)).statusCode())
                .isEqualTo(404);
        assertThat(send("PUT", "/api/keys", "{}", bearer(admin)).statusCode()).isEqualTo(405);
        assertThat(send("POST", "/api/keys", "{'name':'x'}", "Authorization", "Bearer " + admin, "x-api-key", admin)
                        .statusCode())
                .as("the same key twice is one")
                .isEqualTo(200);
    }

    @Test
    void an_admin_key_is_needed_also_where_keys_are_off() {
        try (RunningGateway plain = RunningGateway.with().start()) {
            assertThat(plain.get("/api/keys").statusCode()).isEqualTo(401);
            String key = new KeyMaker(plain.ledgerUrl()).admin();
            assertThat(plain.get("/api/keys", bearer(key)).statusCode()).isEqualTo(200);
            assertThat(plain.get("/api/usage/audit").statusCode()).isEqualTo(200);
        }
    }
}
