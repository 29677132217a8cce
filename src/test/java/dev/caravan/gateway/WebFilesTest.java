package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages' files: those on the list, and no others, each with what keeps a browser safe. */
class WebFilesTest {

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.with().start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/usage, text/html; charset=utf-8",
        "/routes, text/html; charset=utf-8",
        "/assets/app.css, text/css; charset=utf-8",
        "/assets/playground.js, text/javascript; charset=utf-8",
        "/assets/purify.js, text/javascript; charset=utf-8",
        "/assets/chart.js, text/javascript; charset=utf-8",
        "/assets/icon.svg, image/svg+xml"
    })
    void answers_a_file_with_its_type_and_what_keeps_a_browser_safe(String path, String type) {
        HttpResponse<String> response = gateway.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo(type);
        assertThat(header(response, "Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                        + "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(response, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(response, "X-Request-Id")).isNotEmpty();
        assertThat(Integer.parseInt(header(response, "Content-Length")))
                .isEqualTo(response.body().getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    }

    @Test
    void sends_a_file_that_the_browser_has_already_only_once() {
        String etag = header(gateway.get("/assets/app.css"), "ETag");

        for (String known : new String[] {etag, "W/" + etag, "\"other\", " + etag, "*"}) {
            HttpResponse<String> again = gateway.get("/assets/app.css", "If-None-Match", known);
            assertThat(again.statusCode()).as(known).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(header(again, "ETag")).isEqualTo(etag);
        }
        assertThat(gateway.get("/assets/app.css", "If-None-Match", "\"older\"").statusCode())
                .isEqualTo(200);
        assertThat(header(gateway.get("/usage"), "ETag")).isNotEqualTo(etag);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/../application.properties",
                "/assets/..%2fapplication.properties",
                "/assets/%2e%2e/application.properties",
                "/assets/%2e%2e%2fapplication.properties",
                "/assets/..%5capplication.properties",
                "/assets/%252e%252e%252fapplication.properties",
                "/assets/../../../etc/passwd",
                "/assets/%2fetc%2fpasswd",
                "/assets/app.css%00.js",
                "/assets/APP.CSS",
                "/assets/playground.html",
                "/assets/web%2fapp.css",
                "/assets/web/app.css",
                "/assets/",
                "/assets",
                "/application.properties",
                "/.env",
                "/data/usage.db",
                "/data/models_config.json",
                "/web/app.css",
                "/META-INF/MANIFEST.MF",
                "/usage/app.css",
                "/index.html",
                "//etc/passwd"
            })
    void no_other_name_leads_anywhere(String path) {
        HttpResponse<String> response = gateway.get(path);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
        JsonNode error = json(response).at("/error");
        assertThat(error.at("/code").asText()).isEqualTo("not_found");
        assertThat(error.at("/request_id").asText()).isEqualTo(header(response, "X-Request-Id"));
    }

    @Test
    void a_page_is_read_and_not_written() {
        HttpResponse<String> response = gateway.post("/assets/app.css", "{}");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "Allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/usage", "/routes", "/assets/chart.js", "/api/models", "/metrics", "/health/live"})
    void a_head_is_the_answer_without_its_body(String path) throws Exception {
        // On one connection, so that a body after all would be read as the beginning of the next answer.
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest head = HttpRequest.newBuilder(URI.create(gateway.address() + path))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = client.send(head, HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> whole =
                    client.send(HttpRequest.newBuilder(head.uri()).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200).isEqualTo(whole.statusCode());
            assertThat(answer.body()).isEmpty();
            assertThat(header(answer, "Content-Type")).isEqualTo(header(whole, "Content-Type"));
            assertThat(header(answer, "ETag")).isEqualTo(header(whole, "ETag"));
            assertThat(Integer.parseInt(header(answer, "Content-Length"))).isPositive();
        }
    }

    @Test
    void every_file_of_the_pages_is_served_and_every_import_is_found() throws IOException {
        Pattern import_ = Pattern.compile("['\"](/assets/[^'\"]+)['\"]");
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/web"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                String path = name.equals("playground.html")
                        ? "/"
                        : name.endsWith(".html") ? "/" + name.replace(".html", "") : "/assets/" + name;
                assertThat(gateway.get(path).body()).as(path).isEqualTo(Files.readString(file));
                Matcher wanted = import_.matcher(Files.readString(file));
                while (wanted.find()) {
                    assertThat(gateway.get(wanted.group(1)).statusCode())
                            .as("%s in %s", wanted.group(1), name)
                            .isEqualTo(200);
                }
            }
        }
    }

    @Test
    void no_page_has_a_script_or_a_style_or_an_address_of_another_host_in_it() throws IOException {
        for (String page : new String[] {"/", "/usage", "/routes"}) {
            assertThat(gateway.get(page).body())
                    .doesNotContainPattern("<script(?![^>]* src=)")
                    .doesNotContainPattern("(?i)<style| style=| on[a-z]+=|javascript:|https?://");
        }
    }

    @Test
    void korean_has_every_word_that_english_has() throws IOException {
        Set<String> english = words("words-en.js");

        assertThat(english).hasSizeGreaterThan(150);
        assertThat(words("words-ko.js")).isEqualTo(english);
    }

    @Test
    void every_word_that_a_page_asks_for_is_there() throws IOException {
        Set<String> there = words("words-en.js");
        Pattern asked = Pattern.compile("data-words(?:-[a-z-]+)?=\"(\\w+)\"|\\bword\\('(\\w+)'");
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/web"))) {
            for (Path file : files.toList()) {
                Matcher word = asked.matcher(Files.readString(file));
                while (word.find()) {
                    assertThat(there)
                            .as(file.toString())
                            .contains(word.group(1) == null ? word.group(2) : word.group(1));
                }
            }
        }
    }

    private static Set<String> words(String book) throws IOException {
        Set<String> words = new TreeSet<>();
        Matcher word =
                Pattern.compile("(?m)^  (\\w+): ").matcher(Files.readString(Path.of("src/main/resources/web", book)));
        while (word.find()) {
            words.add(word.group(1));
        }
        return words;
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
