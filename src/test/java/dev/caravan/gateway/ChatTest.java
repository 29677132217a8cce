package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a frontend sees: one endpoint, every provider, and each call on the bill. */
class ChatTest {

    private static StubProvider stub;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with().providersAt(stub.address()).start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stub.close();
    }

    @BeforeEach
    void freshStub() {
        stub.reset();
    }

    @AfterEach
    void nothing_out_of_format_was_sent() {
        assertThat(stub.violations()).isEmpty();
    }

    @Test
    void records_a_call_to_openai() {
        stub.next(Reply.ok().usage(150, 220));
        HttpResponse<String> response = gateway.post("/api/chat/completions", """
                {"model": "gpt-4-turbo-preview", "session_id": "records-openai", "user_id": "user-001",
                 "messages": [{"role": "system", "content": "You are a helpful assistant."},
                              {"role": "user", "content": "Explain quantum computing simply."}],
                 "temperature": 0.7, "max_tokens": 512, "stream": false}""");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = json(response);
        assertThat(answer.at("/content").asText()).isEqualTo("Hello from openai");
        assertThat(answer.at("/provider").asText()).isEqualTo("openai");
        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(370);
        assertThat(response.body())
                .contains("\"input_cost\":0.0015", "\"output_cost\":0.0066", "\"total_cost\":0.0081");
        assertThat(stub.last().body().has("session_id")).isFalse();

        Map<String, Object> row = onlyRow("records-openai");
        assertThat(row)
                .containsEntry(
                        "request_id",
                        response.headers().firstValue("X-Request-Id").orElseThrow())
                .containsEntry("user_id", "user-001")
                .containsEntry("model_id", "gpt-4-turbo-preview")
                .containsEntry("status", "ok")
                .containsEntry("usage_source", "provider")
                .containsEntry("prompt_tokens", 150)
                .containsEntry("completion_tokens", 220);
        assertThat(new BigDecimal(row.get("total_cost").toString())).isEqualByComparingTo("0.0081");
    }

    @Test
    void splits_system_messages_out_for_claude() {
        HttpResponse<String> response = gateway.post("/api/chat/completions", """
                {"model": "claude-3-sonnet-20240229",
                 "messages": [{"role": "system", "content": "Be brief."},
                              {"role": "user", "content": "Hi"},
                              {"role": "assistant", "content": "Hello"},
                              {"role": "developer", "content": "Answer in French."},
                              {"role": "user", "content": "Who are you?"}]}""");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode sent = stub.last().body();
        assertThat(sent.at("/system").toString()).contains("Be brief.", "Answer in French.");
        assertThat(sent.at("/messages").findValuesAsText("role")).containsExactly("user", "assistant", "user");
        assertThat(sent.at("/max_tokens").asInt()).isEqualTo(4096);
        assertThat(stub.last().headers()).containsEntry("anthropic-version", "2023-06-01");
        assertThat(json(response).at("/content").asText()).isEqualTo("Hello from anthropic");
    }

    @Test
    void converts_messages_for_gemini() {
        HttpResponse<String> response = gateway.post("/api/chat/completions", """
                {"model": "gemini-pro", "max_tokens": 100,
                 "messages": [{"role": "system", "content": "Be brief."},
                              {"role": "user", "content": "Hi"},
                              {"role": "assistant", "content": "Hello"},
                              {"role": "user", "content": "Who are you?"}]}""");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(stub.last().path()).isEqualTo("/v1beta/models/gemini-pro:generateContent");
        JsonNode sent = stub.last().body();
        assertThat(sent.at("/systemInstruction/parts/0/text").asText()).isEqualTo("Be brief.");
        assertThat(sent.at("/contents").findValuesAsText("role")).containsExactly("user", "model", "user");
        assertThat(sent.at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(100);
        assertThat(json(response).at("/content").asText()).isEqualTo("Hello from google");
    }

    @Test
    void does_not_know_gpt_unknown() {
        HttpResponse<String> response = gateway.chat("gpt-unknown", "Hi");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).at("/error/message").asText()).isEqualTo("Unsupported model");
        assertThat(json(response).at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(stub.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,OPENAI_API_KEY", "claude-haiku-4-5,ANTHROPIC_API_KEY", "gemini-2.5-flash,GEMINI_API_KEY"})
    void answers_401_when_the_provider_refuses_our_key(String model, String variable) {
        try (RunningGateway wrong = RunningGateway.with()
                .providersAt(stub.address())
                .variable(variable, "wrong-key-canary-0123456789")
                .start()) {
            HttpResponse<String> response = wrong.chat(model, "Hi");
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(json(response).at("/error/message").asText()).isEqualTo("Invalid API key");
            assertThat(json(response).at("/error/type").asText()).isEqualTo("authentication_error");
            assertThat(json(response).at("/error/code").asText()).isEqualTo("provider_key_invalid");
            assertThat(response.body() + response.headers()).doesNotContain("canary");
            List<Map<String, Object>> rows = await(wrong, "select * from session_usage");
            assertThat(rows)
                    .singleElement()
                    .satisfies(row ->
                            assertThat(row).containsEntry("status", "rejected").containsEntry("total_tokens", 0));
        }
    }

    @Test
    void adds_a_session_up() {
        for (int i = 1; i <= 3; i++) {
            stub.next(Reply.ok().usage(100 * i, 10 * i));
            gateway.post(
                    "/api/chat/completions",
                    "{\"model\":\"gpt-4-turbo-preview\",\"session_id\":\"adds-up\",\"user_id\":\"adder\","
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        }
        JsonNode session = json(gateway.get("/api/usage/session/adds-up"));
        assertThat(session.at("/request_count").asInt()).isEqualTo(3);
        assertThat(session.at("/prompt_tokens").asInt()).isEqualTo(600);
        assertThat(session.at("/completion_tokens").asInt()).isEqualTo(60);
        assertThat(session.at("/total_cost").decimalValue()).isEqualByComparingTo("0.0078");
        assertThat(session.at("/requests")).hasSize(3);
        assertThat(session.at("/requests/0/prompt_tokens").asInt())
                .as("newest first")
                .isEqualTo(300);

        JsonNode day = json(gateway.get("/api/usage/daily?user_id=adder"));
        assertThat(day.at("/data")).hasSize(1);
        assertThat(day.at("/data/0/request_count").asInt()).isEqualTo(3);
        assertThat(day.at("/data/0/total_tokens").asInt()).isEqualTo(660);
        assertThat(day.at("/total_cost").decimalValue()).isEqualByComparingTo("0.0078");
        JsonNode month = json(gateway.get("/api/usage/monthly?user_id=adder"));
        assertThat(month.at("/data/0/total_cost").decimalValue()).isEqualByComparingTo("0.0078");
    }

    @Test
    void tells_what_it_had_to_adjust() {
        HttpResponse<String> response = gateway.post("/api/chat/completions", """
                {"model": "claude-haiku-4-5", "temperature": 1.5, "seed": 7,
                 "messages": [{"role": "user", "content": "Hi"}]}""");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/adjustments").toString())
                .contains(
                        "\"param\":\"temperature\",\"from\":1.5,\"to\":1,",
                        "\"param\":\"seed\",\"from\":7,\"to\":null");
    }

    @Test
    void refuses_what_a_provider_cannot_be_told_before_anything_is_opened() {
        HttpResponse<String> response = gateway.post("/api/chat/completions", """
                {"model": "claude-haiku-4-5", "session_id": "refused", "web_search_options": {},
                 "messages": [{"role": "user", "content": "Hi"}]}""");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/param").asText()).isEqualTo("web_search_options");
        assertThat(gateway.get("/api/usage/session/refused").statusCode()).isEqualTo(404);
        assertThat(stub.received()).isEmpty();
    }

    @Test
    void stores_hostile_ids_verbatim_and_harmlessly() {
        String id = "x'; DROP TABLE session_usage; -- {{env:OPENAI_API_KEY}} ${env.OPENAI_API_KEY} %s";
        HttpResponse<String> response = gateway.post(
                "/api/chat/completions",
                RunningGateway.JSON
                        .createObjectNode()
                        .put("model", "gpt-4o")
                        .put("session_id", id)
                        .put("user_id", "'; DELETE FROM daily_usage; --")
                        .set(
                                "messages",
                                RunningGateway.JSON
                                        .createArrayNode()
                                        .add(RunningGateway.JSON
                                                .createObjectNode()
                                                .put("role", "user")
                                                .put("content", "{{env:OPENAI_API_KEY}} ${body}")))
                        .toString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/session_id").asText()).isEqualTo(id);
        assertThat(stub.last().body().at("/messages/0/content").asText()).isEqualTo("{{env:OPENAI_API_KEY}} ${body}");
        assertThat(await(gateway, "select session_id from session_usage where user_id like '%DELETE%'"))
                .containsExactly(Map.of("session_id", id));
    }

    @Test
    void lists_every_model_and_whether_it_can_be_called() {
        JsonNode models = json(gateway.get("/api/models")).at("/models");
        assertThat(models.findValuesAsText("id"))
                .contains("gpt-4-turbo-preview", "claude-3-sonnet-20240229", "gemini-pro", "demo")
                .doesNotContain("llama-local");
        assertThat(models.findValuesAsText("available")).containsOnly("true");
    }

    @Test
    void names_the_variable_that_a_model_without_a_key_lacks() {
        try (RunningGateway bare = RunningGateway.with().start()) {
            for (JsonNode model : json(bare.get("/api/models")).at("/models")) {
                String lacks = model.path("missing_variable").asText("nothing");
                assertThat(lacks)
                        .as(model.toString())
                        .isEqualTo(
                                switch (model.at("/provider").asText()) {
                                    case "openai" -> "OPENAI_API_KEY";
                                    case "anthropic" -> "ANTHROPIC_API_KEY";
                                    case "google" -> "GEMINI_API_KEY";
                                    default -> "nothing";
                                });
                assertThat(model.at("/available").asBoolean()).isEqualTo(lacks.equals("nothing"));
            }
        }
    }

    private Map<String, Object> onlyRow(String session) {
        List<Map<String, Object>> rows =
                await(gateway, "select * from session_usage where session_id = '" + session + "'");
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private static List<Map<String, Object>> await(RunningGateway gateway, String sql) {
        return org.awaitility.Awaitility.await().until(() -> gateway.rows(sql), rows -> !rows.isEmpty());
    }
}
