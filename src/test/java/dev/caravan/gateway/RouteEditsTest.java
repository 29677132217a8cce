package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.stub.StubProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an integration engineer does: adds a provider and edits a route, in YAML and nothing else. */
class RouteEditsTest {

    @TempDir
    Path folder;

    private Path routes;
    private StubProvider stub;

    @BeforeEach
    void copyTheRoutes() throws IOException {
        stub = StubProvider.start();
        routes = Files.createDirectory(folder.resolve("routes"));
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.copy(file, routes.resolve(file.getFileName().toString()));
            }
        }
    }

    @AfterEach
    void stop() {
        assertThat(stub.violations()).isEmpty();
        stub.close();
    }

    private RunningGateway.Setup with() {
        return RunningGateway.with()
                .providersAt(stub.address())
                .property("camel.main.routesIncludePattern", "file:" + routes + "/*.camel.yaml")
                .property("camel.main.routesReloadDirectory", routes.toString())
                .property("catalog.reload-ms", "100");
    }

    @Test
    void the_example_provider_is_switched_on_by_its_url_and_its_models() throws IOException {
        Path catalogue = catalogueWith("llama-local", "ollama");
        try (RunningGateway gateway = with().variable("MODELS_CONFIG", catalogue.toString())
                .variable("OLLAMA_BASE_URL", stub.address() + "/compat/v1")
                .start()) {
            assertThat(json(gateway.chat("llama-local", "Hi")).at("/content").asText())
                    .isEqualTo("Hello from compatible");
            assertThat(stub.last().path()).isEqualTo("/compat/v1/chat/completions");
            assertThat(json(gateway.get("/health")).toString()).contains("\"ollama-breaker\":\"CLOSED\"");
        }
    }

    @Test
    void another_provider_is_fifteen_lines_of_yaml_one_branch_and_a_model() throws IOException {
        String file = """
                # Groq.
                - beans:
                    - name: groq
                      type: dev.caravan.route.ProviderSteps
                      properties: {name: groq, translator: "#class:dev.caravan.provider.OpenAiTranslator",
                                   keyVariables: GROQ_API_KEY, keyPrefix: "Bearer ", maxCalls: "{{provider.max-calls}}"}
                - templatedRoute:
                    routeTemplateRef: openai-compatible
                    routeId: provider-groq
                    prefixId: groq-
                    parameters:
                      - {name: provider, value: groq}
                      - {name: base-url, value: "{{env:GROQ_BASE_URL:https://api.groq.com/openai/v1}}"}
                """;
        assertThat(file.lines().count()).isLessThanOrEqualTo(15);
        Files.writeString(routes.resolve("provider-groq.camel.yaml"), file);
        // The indentation is the file's; a text block would lose it.
        String branch = "              - simple: ${exchangeProperty.provider} == 'groq'\n"
                + "                steps:\n"
                + "                  - to: direct:provider-groq\n"
                + "            otherwise:";
        edit("select-provider.camel.yaml", "            otherwise:", branch);
        Path catalogue = catalogueWith("llama-fast", "groq");
        try (RunningGateway gateway = with().variable("MODELS_CONFIG", catalogue.toString())
                .variable("GROQ_BASE_URL", stub.address() + "/v1")
                .variable("GROQ_API_KEY", "sk-test-openai")
                .start()) {
            assertThat(gateway.chat("llama-fast", "Hi").statusCode()).isEqualTo(200);
            assertThat(stub.last().headers()).containsEntry("authorization", "Bearer sk-test-openai");
            List<?> rows = await().until(
                            () -> gateway.rows("select * from session_usage where provider = 'groq'"),
                            r -> !r.isEmpty());
            assertThat(rows).hasSize(1);
        }
    }

    @Test
    void a_saved_edit_is_live_in_seconds_and_a_broken_one_changes_nothing() throws IOException {
        try (RunningGateway gateway =
                with().property("camel.main.routesReloadEnabled", "true").start()) {
            assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(200);
            assertThat(stub.last().path()).isEqualTo("/v1/chat/completions");

            edit("provider-openai.camel.yaml", "{{openai.base-url}}/chat", stub.address() + "/compat/v1/chat");
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(200);
                        return stub.last().path().equals("/compat/v1/chat/completions");
                    });

            Files.writeString(routes.resolve("provider-openai.camel.yaml"), "- route: {id: [broken");
            // Long enough for the edit to be seen: another file's good edit after it is.
            edit("provider-anthropic.camel.yaml", "/v1/messages", "/v1/messages");
            await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(8)).until(() -> {
                boolean served = gateway.chat("gpt-4o", "Hi").statusCode() == 200
                        && gateway.chat("claude-haiku-4-5", "Hi").statusCode() == 200;
                return served && gateway.get("/health").statusCode() == 200;
            });
        }
    }

    @Test
    void a_new_price_is_in_force_in_seconds_and_a_broken_catalogue_changes_nothing() throws IOException {
        Path catalogue = catalogueWith("llama-local", "ollama");
        try (RunningGateway gateway =
                with().variable("MODELS_CONFIG", catalogue.toString()).start()) {
            Files.writeString(catalogue, Files.readString(catalogue).replace("\"gpt-4o\" :", "\"gpt-4o-renamed\" :"));
            await().until(() -> gateway.chat("gpt-4o-renamed", "Hi").statusCode() == 200);
            assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(404);
            Files.writeString(catalogue, "{ broken");
            await().during(Duration.ofSeconds(1))
                    .until(() -> gateway.chat("gpt-4o-renamed", "Hi").statusCode() == 200);
        }
    }

    private void edit(String file, String from, String to) throws IOException {
        Path path = routes.resolve(file);
        String before = Files.readString(path);
        assertThat(before).contains(from);
        Files.writeString(path, before.replace(from, to));
    }

    private Path catalogueWith(String model, String provider) throws IOException {
        ObjectNode catalogue =
                (ObjectNode) RunningGateway.JSON.readTree(Files.readString(Path.of("data/models_config.json")));
        ObjectNode entry = RunningGateway.JSON
                .createObjectNode()
                .put("provider", provider)
                .put("context_window", 8192)
                .put("max_output_tokens", 2048);
        entry.putObject("pricing").put("input", 0).put("output", 0);
        entry.putObject("capabilities").put("tools", true);
        ((ObjectNode) catalogue.get("models")).set(model, entry);
        Path file = folder.resolve("models_config.json");
        Files.writeString(file, catalogue.toPrettyString());
        return file;
    }
}
