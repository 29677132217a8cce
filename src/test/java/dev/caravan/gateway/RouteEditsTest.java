package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an integration engineer does: adds a provider and edits a route, in YAML and nothing else. */
class RouteEditsTest {

    private static final String WORDS = "One two three four five six seven.";
    private static final String ASK =
            "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

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
    void an_edit_that_can_be_read_and_not_be_run_changes_nothing_and_is_reported() throws IOException {
        try (RunningGateway gateway =
                with().property("camel.main.routesReloadEnabled", "true").start()) {
            String secret = "sk-canarykey0123456789abcdef";
            edit(
                    "provider-openai.camel.yaml",
                    "{ref: openai, method: translateRequest}",
                    "{ref: \"nobody " + secret + "\", method: translateRequest}");
            edit("chat.camel.yaml", "- bean: {ref: door", "- bean: {ref: door, " + secret + ": [");
            JsonNode refused = await().atMost(Duration.ofSeconds(10))
                    .until(() -> json(gateway.get("/api/routes")).at("/files/refused"), files -> files.size() == 2);
            assertThat(refused.findValuesAsText("file"))
                    .containsExactly("chat.camel.yaml", "provider-openai.camel.yaml");
            assertThat(refused.at("/0/problem").asText()).contains(", line 1");
            assertThat(refused.at("/0/at").asText()).matches("20..-..-..T..:..:..Z");
            assertThat(refused.toString()).doesNotContain(secret);
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(200);
            }

            Files.copy(
                    Path.of("routes/provider-openai.camel.yaml"),
                    routes.resolve("provider-openai.camel.yaml"),
                    StandardCopyOption.REPLACE_EXISTING);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> json(gateway.get("/api/routes"))
                            .at("/files/taken/0/file")
                            .asText()
                            .equals("provider-openai.camel.yaml"));
            assertThat(gateway.chat("gpt-4o", "Hi").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "provider-openai", "select-provider", "errors", "usage"})
    void a_saved_edit_cuts_no_stream_that_is_under_way_and_refuses_nobody(String file) throws Exception {
        stub.always(Reply.spoken(WORDS, Duration.ofMillis(700)));
        try (RunningGateway gateway = with().property("camel.main.routesReloadEnabled", "true")
                .property("camel.main.shutdownTimeout", "1")
                .start()) {
            CompletableFuture<HttpResponse<String>> stream = gateway.postAsync("/api/chat/completions", ASK);
            await().until(() -> !stub.received().isEmpty());
            edit(file + ".camel.yaml", "# ", "# edited ");
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
                return json(gateway.get("/api/routes")).at("/files/taken").size() == 1;
            });
            assertThat(stream.isDone())
                    .as("the edit came while the stream was under way")
                    .isFalse();

            HttpResponse<String> whole = await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                assertThat(gateway.chat("demo", "Hi").statusCode())
                                        .isEqualTo(200);
                                return stream.getNow(null);
                            },
                            answer -> answer != null);
            assertThat(whole.body()).contains("\"total_tokens\":46").endsWith("data: [DONE]\n\n");
            assertThat(await().until(
                                    () -> gateway.rows("select status from session_usage where model_id = 'gpt-4o'"),
                                    rows -> !rows.isEmpty()))
                    .containsExactly(Map.of("status", "ok"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "provider-openai"})
    void a_stream_that_breaks_off_after_an_edit_is_settled_as_ever(String file) throws Exception {
        stub.always(Reply.cut(Streams.OPENAI.substring(0, Streams.OPENAI.indexOf("world")), Duration.ofSeconds(1)));
        try (RunningGateway gateway = with().property("camel.main.routesReloadEnabled", "true")
                .property("camel.main.shutdownTimeout", "1")
                .start()) {
            CompletableFuture<HttpResponse<String>> stream = gateway.postAsync("/api/chat/completions", ASK);
            await().until(() -> !stub.received().isEmpty());
            edit(file + ".camel.yaml", "# ", "# edited ");
            await().atMost(Duration.ofSeconds(10))
                    .until(() ->
                            json(gateway.get("/api/routes")).at("/files/taken").size() == 1);
            assertThat(stream.isDone()).isFalse();

            assertThat(stream.get(30, TimeUnit.SECONDS).body()).contains("\"code\":\"provider_error\"");
            assertThat(await().until(
                                    () -> gateway.rows("select status from session_usage where model_id = 'gpt-4o'"),
                                    rows -> !rows.isEmpty()))
                    .containsExactly(Map.of("status", "provider_error"));
        }
    }

    @Test
    void a_new_catalogue_cuts_no_stream_even_of_a_model_that_it_no_longer_has() throws Exception {
        stub.always(Reply.spoken(WORDS, Duration.ofMillis(400)));
        Path catalogue = catalogueWith("llama-local", "ollama");
        try (RunningGateway gateway =
                with().variable("MODELS_CONFIG", catalogue.toString()).start()) {
            CompletableFuture<HttpResponse<String>> stream = gateway.postAsync("/api/chat/completions", ASK);
            await().until(() -> !stub.received().isEmpty());
            Files.writeString(catalogue, Files.readString(catalogue).replace("\"gpt-4o\" :", "\"gpt-4o-renamed\" :"));
            await().until(() -> gateway.get("/api/models").body().contains("gpt-4o-renamed"));
            assertThat(stream.isDone()).isFalse();

            assertThat(stream.get(30, TimeUnit.SECONDS).body())
                    .contains("\"total_cost\":0.00037")
                    .endsWith("data: [DONE]\n\n");
            assertThat(json(gateway.get("/api/routes"))
                            .at("/files/taken/0/file")
                            .asText())
                    .isEqualTo("models_config.json");
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
            JsonNode refused = json(gateway.get("/api/routes")).at("/files/refused/0");
            assertThat(refused.path("file").asText()).isEqualTo("models_config.json");
            assertThat(refused.path("problem").asText()).isNotEmpty();
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
