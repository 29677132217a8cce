package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over HTTPS to a provider, which is a gateway itself: only to one whose certificate the JVM trusts, and that bears its name. */
class UpstreamTlsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT =
            "{\"model\":\"gpt-4-turbo-preview\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}";

    @TempDir
    Path folder;

    private TestCertificate certificate;
    private RunningGateway provider;

    @BeforeEach
    void start() throws Exception {
        certificate = TestCertificate.make(folder.resolve("tls"), "EC");
        provider = RunningGateway.with()
                .variable("GATEWAY_TLS_CERT", certificate.certificate().toString())
                .variable("GATEWAY_TLS_KEY", certificate.key().toString())
                .start();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private RunningProgram caller(String host, List<String> jvm) throws Exception {
        return caller(folder.resolve("caller"), host, jvm, "[]");
    }

    private RunningProgram caller(Path home, String host, List<String> jvm, String ownRoutes) throws Exception {
        RunningProgram program = new RunningProgram(home)
                .variable("OPENAI_BASE_URL", "https://" + host + ":" + provider.port() + "/v1")
                .variable("OPENAI_API_KEY", "sk-of-the-caller");
        program.jvm(jvm);
        Path file = program.home().resolve("data/models_config.json");
        ObjectNode catalogue = (ObjectNode) JSON.readTree(file.toFile());
        ((ObjectNode) catalogue.at("/models/gpt-4-turbo-preview")).put("upstream_model", "demo");
        JSON.writeValue(file.toFile(), catalogue);
        Files.writeString(program.home().resolve("routes/own.camel.yaml"), ownRoutes);
        program.start();
        return program;
    }

    private static HttpResponse<String> chat(RunningProgram program, String more) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(program.address() + "/api/chat/completions"))
                                .header("Content-Type", "application/json")
                                .timeout(Duration.ofSeconds(30))
                                .POST(HttpRequest.BodyPublishers.ofString(CHAT.formatted(more)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void calls_and_streams_where_the_certificate_is_trusted() throws Exception {
        try (RunningProgram program = caller("127.0.0.1", certificate.trustedByJvm())) {
            HttpResponse<String> answer = chat(program, "");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(JSON.readTree(answer.body()).get("content").asText()).contains("You asked: \"Hi\"");
            assertThat(chat(program, ",\"stream\":true").body()).contains("data: [DONE]");
        }
    }

    @Test
    void sends_nothing_to_a_certificate_that_is_not_trusted() throws Exception {
        try (RunningProgram program = caller("127.0.0.1", List.of())) {
            assertRefused(chat(program, ""));
        }
    }

    @Test
    void sends_nothing_where_the_certificate_bears_another_name() throws Exception {
        try (RunningProgram program = caller("localhost", certificate.trustedByJvm())) {
            assertRefused(chat(program, ""));
        }
    }

    @Test
    void an_engineers_own_https_step_asks_for_the_same() throws Exception {
        try (RunningProgram program = withOwnStep(certificate.trustedByJvm())) {
            HttpResponse<String> answer = own(program);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"status\":\"UP\"");
        }
        try (RunningProgram program = withOwnStep(List.of())) {
            assertThat(own(program).statusCode()).isEqualTo(500);
        }
    }

    private RunningProgram withOwnStep(List<String> jvm) throws Exception {
        String route = """
                - route:
                    id: own
                    from:
                      uri: platform-http:/own
                      parameters: {httpMethodRestrict: GET}
                      steps:
                        - removeHeaders: {pattern: "*"}
                        - to: {uri: "https://127.0.0.1:%d/health/live"}
                """;
        return caller(folder.resolve("own" + jvm.size()), "127.0.0.1", jvm, route.formatted(provider.port()));
    }

    private static HttpResponse<String> own(RunningProgram program) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(program.address() + "/own"))
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static void assertRefused(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(500);
        assertThat(JSON.readTree(answer.body()).at("/error/code").asText()).isEqualTo("provider_error");
    }
}
