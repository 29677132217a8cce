package dev.caravan.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The rules of the route files: what an integration engineer may rely on in each of them. */
class RouteFilesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** They hold no data: what they show, they ask for with the caller's key. */
    private static final Set<String> STATIC_PAGES = Set.of("/", "/usage", "/routes", "/assets/{name}");

    static Stream<Path> files() throws IOException {
        try (Stream<Path> found = Files.list(Path.of("routes"))) {
            return found.sorted().toList().stream();
        }
    }

    @Test
    void there_are_route_files() throws IOException {
        assertThat(files().count()).isGreaterThan(8);
    }

    @ParameterizedTest
    @MethodSource("files")
    void is_short_and_named_after_its_first_route(Path file) throws IOException {
        assertThat(file.getFileName().toString()).endsWith(".camel.yaml");
        assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(80);
        assertThat(Files.readAllLines(file).get(0)).as("says what it is for").startsWith("# ");
        String name = file.getFileName().toString().replace(".camel.yaml", "");
        if (!name.equals("errors")) {
            assertThat(ids(file).get(0)).isEqualTo(name);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_route_has_an_id_a_description_and_a_word_on_errors(Path file) {
        for (JsonNode route : routes(file)) {
            assertThat(route.path("id").asText()).as("id in %s", file).matches("[a-z0-9]+(-[a-z0-9]+)*");
            assertThat(route.path("description").asText())
                    .as("description of %s", route.path("id"))
                    .endsWith(".");
            if (!route.path("id").asText().equals("usage-write")) {
                assertThat(route.path("routeConfigurationId").asText())
                        .as("error configuration of %s", route.path("id"))
                        .isIn("entrance", "page", "inner");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void what_is_measured_has_a_name(Path file) {
        for (JsonNode step : everyStep(file, "circuitBreaker", "wireTap")) {
            assertThat(step.path("id").asText())
                    .as("id of %s in %s", step, file)
                    .isNotEmpty();
        }
        for (JsonNode call : everyStep(file, "to")) {
            String uri = call.isTextual() ? call.asText() : call.path("uri").asText();
            if (!uri.startsWith("direct:")) {
                assertThat(call.path("id").asText())
                        .as("id of %s in %s", uri, file)
                        .isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void an_open_breaker_is_an_error_and_never_an_answer(Path file) {
        for (JsonNode breaker : everyStep(file, "circuitBreaker")) {
            assertThat(breaker.path("resilience4jConfiguration")
                            .path("throwExceptionWhenHalfOpenOrOpenState")
                            .asText())
                    .isEqualTo("true");
            assertThat(breaker.toString())
                    .as("an ignored exception would answer with the question")
                    .doesNotContain("ignoreException", "recordException");
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void nothing_of_the_caller_travels_to_a_provider(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        if (text.contains("circuitBreaker")) {
            assertThat(text.indexOf("removeHeaders: {pattern: \"*\"}"))
                    .isPositive()
                    .isLessThan(text.indexOf("circuitBreaker"));
            assertThat(text.indexOf("{ref: bill, method: open}"))
                    .as("the bill is opened before the call")
                    .isPositive()
                    .isLessThan(text.indexOf("circuitBreaker"));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void yaml_moves_and_chooses_and_does_not_compute(Path file) throws IOException {
        assertThat(Files.readString(file, StandardCharsets.UTF_8))
                .doesNotContain(
                        "toD:", "recipientList:", "groovy:", "javascript:", "script:", "${body}", "bridgeEndpoint")
                .doesNotContainPattern("(?i)(api[_-]?key|secret|token): [A-Za-z0-9]{16,}");
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_way_in_begins_at_the_door(Path file) {
        for (JsonNode route : routes(file)) {
            String uri = route.path("from").path("uri").asText();
            if (uri.startsWith("platform-http:") && !STATIC_PAGES.contains(uri.replace("platform-http:", ""))) {
                assertThat(route.at("/from/steps/0/bean/ref").asText())
                        .as("the first step of %s", route.path("id").asText())
                        .isEqualTo("door");
            }
        }
    }

    @Test
    void what_a_chat_may_use_is_reserved_before_it_is_sent_and_settled_with_its_bill() throws IOException {
        String chat = Files.readString(Path.of("routes/chat.camel.yaml"));
        assertThat(chat.indexOf("{ref: limits, method: admit}"))
                .isBetween(chat.indexOf("{ref: models, method: resolve}"), chat.indexOf("direct:send"));
        assertThat(chat.indexOf("{ref: limits, method: settle}"))
                .isBetween(chat.indexOf("{ref: bill, method: settle}"), chat.indexOf("{ref: answer, method: write}"));
        assertThat(Files.readString(Path.of("routes/errors.camel.yaml"))).contains("{ref: limits, method: settle}");
    }

    /** A refusal is the caller's business: it is answered, and no line of the log says ERROR. */
    @Test
    void what_is_handled_is_not_logged_by_camel() {
        List<JsonNode> handlers = everyStep(Path.of("routes/errors.camel.yaml"), "onException").stream()
                .flatMap(list -> list.findValues("onException").stream())
                .toList();
        assertThat(handlers)
                .hasSize(2)
                .allSatisfy(handler -> assertThat(handler.at("/redeliveryPolicy/logRetryAttempted")
                                .asText())
                        .isEqualTo("false"));
    }

    @Test
    void a_failover_is_a_step_of_the_route_and_goes_through_the_next_providers_own() {
        JsonNode tried = everyStep(Path.of("routes/chat.camel.yaml"), "doTry").get(0);
        assertThat(tried.at("/steps/0/to").asText()).isEqualTo("direct:select-provider");
        JsonNode caught = tried.at("/doCatch/0/steps");
        assertThat(caught.get(0).toString()).contains("\"failover\"", "\"choose\"");
        assertThat(caught.at("/1/choice/when").toString()).contains("'another-key'", "'again'", "'fallback'");
        assertThat(caught.at("/2/to").asText()).as("all the way again").isEqualTo("direct:send");
    }

    private static List<String> ids(Path file) {
        List<String> ids = new ArrayList<>();
        routes(file)
                .forEach(route ->
                        ids.add(route.path("id").asText(route.path("routeId").asText())));
        for (JsonNode entry : yaml(file)) {
            if (entry.has("routeTemplate")) {
                ids.add(entry.path("routeTemplate").path("id").asText());
            }
            if (entry.has("templatedRoute")) {
                ids.add(entry.path("templatedRoute").path("routeId").asText());
            }
        }
        return ids;
    }

    private static List<JsonNode> routes(Path file) {
        List<JsonNode> routes = new ArrayList<>();
        for (JsonNode entry : yaml(file)) {
            if (entry.has("route")) {
                routes.add(entry.get("route"));
            }
        }
        return routes;
    }

    private static List<JsonNode> everyStep(Path file, String... kinds) {
        List<JsonNode> found = new ArrayList<>();
        for (String kind : kinds) {
            found.addAll(yaml(file).findValues(kind));
        }
        return found;
    }

    private static JsonNode yaml(Path file) {
        try {
            Load load = new Load(LoadSettings.builder().build());
            return JSON.valueToTree(load.loadFromString(Files.readString(file, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
