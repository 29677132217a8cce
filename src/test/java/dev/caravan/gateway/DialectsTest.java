package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.stub.StubProvider;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two other ways of calling us: as OpenAI's clients do, and as Anthropic's do, for every provider. */
class DialectsTest {

    private static StubProvider stub;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with().providersAt(stub.address()).start();
    }

    @AfterAll
    static void stop() {
        assertThat(stub.violations()).isEmpty();
        gateway.close();
        stub.close();
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,openai", "claude-haiku-4-5,anthropic", "gemini-2.5-flash,google"})
    void answers_as_openai_does(String model, String provider) {
        HttpResponse<String> response = gateway.post(
                "/v1/chat/completions",
                "{\"model\":\"" + model + "\",\"user\":\"u1\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                "Authorization",
                "Bearer whatever");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode answer = json(response);
        assertThat(answer.at("/object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/model").asText()).isEqualTo(model);
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Hello from " + provider);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(46);
        assertThat(answer.at("/cost/total_cost").isNumber()).isTrue();
        assertThat(response.headers().firstValue("X-Session-Id")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,openai", "claude-haiku-4-5,anthropic", "gemini-2.5-flash,google"})
    void answers_as_anthropic_does(String model, String provider) {
        HttpResponse<String> response = gateway.post(
                "/v1/messages",
                "{\"model\":\"" + model + "\",\"max_tokens\":100,\"system\":\"Be brief.\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                "x-api-key",
                "whatever",
                "anthropic-version",
                "2023-06-01");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode answer = json(response);
        assertThat(answer.at("/type").asText()).isEqualTo("message");
        assertThat(answer.at("/model").asText()).isEqualTo(model);
        assertThat(answer.at("/content/0/text").asText()).isEqualTo("Hello from " + provider);
        assertThat(answer.at("/stop_reason").asText()).isEqualTo("end_turn");
        assertThat(answer.at("/usage/input_tokens").asInt()).isEqualTo(12);
        assertThat(answer.at("/usage/output_tokens").asInt()).isEqualTo(34);
    }

    @Test
    void errors_have_the_form_of_the_entrance() {
        JsonNode openAi = json(gateway.post("/v1/chat/completions", "{}"));
        assertThat(openAi.at("/error/param").asText()).isEqualTo("model");
        JsonNode anthropic = json(gateway.post(
                "/v1/messages",
                "{\"model\":\"nope\",\"max_tokens\":1," + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
        assertThat(anthropic.at("/type").asText()).isEqualTo("error");
        assertThat(anthropic.at("/error/type").asText()).isEqualTo("not_found_error");
        assertThat(json(gateway.post("/v1/messages/count_tokens", "{"))
                        .at("/type")
                        .asText())
                .isEqualTo("error");
    }

    @Test
    void lists_models_as_openai_does() {
        assertThat(json(gateway.get("/v1/models")).at("/data").findValuesAsText("id"))
                .contains("gpt-4o", "demo");
        assertThat(json(gateway.get("/v1/models/gpt-4o")).at("/id").asText()).isEqualTo("gpt-4o");
        assertThat(gateway.get("/v1/models/nope").statusCode()).isEqualTo(404);
    }

    @Test
    void counts_tokens_without_a_call_and_without_a_row() {
        int before = stub.requests();
        JsonNode count = json(
                gateway.post(
                        "/v1/messages/count_tokens",
                        "{\"model\":\"claude-haiku-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello, how are you?\"}]}"));
        assertThat(count.at("/input_tokens").asInt()).isBetween(3, 30);
        assertThat(stub.requests()).isEqualTo(before);
    }
}
