package dev.caravan.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.FilePayload;
import dev.caravan.stub.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The playground as a person meets it: a real browser, the real gateway, strict providers. */
class PagesIT extends PlaygroundVisit {

    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    @Test
    void six_columns_stream_side_by_side_and_show_what_the_ledger_has() {
        speak(Duration.ofMillis(60));
        go(page, SIX);
        assertThat(page.locator(".column")).hasCount(6);
        ask(Answers.QUESTION);

        // While the last words are still on their way, the first can be read.
        assertThat(page.locator(".column.runs[data-model='gpt-4o'] .answer strong"))
                .hasText("not decided yet");
        assertThat(page.locator(".column.runs[data-model='gemini-2.5-flash'] .answer strong"))
                .hasText("amplitudes");
        assertThat(page.locator(".column.runs")).hasCount(5);
        finished();

        String session = page.locator("#session-id").textContent();
        List<Map<String, Object>> rows = await().until(
                        () -> gateway.rows("select * from session_usage where session_id = '" + session + "'"),
                        found -> found.size() == 6);
        for (Map<String, Object> row : rows) {
            Locator column = page.locator(".column[data-model='" + row.get("model_id") + "']");
            assertThat(column.locator(".request-id")).hasText((String) row.get("request_id"));
            assertThat(fact(column, "cost")).hasText("$" + String.format("%.6f", row.get("total_cost")));
            assertThat(fact(column, "prompt")).hasText(row.get("prompt_tokens").toString());
            assertThat(fact(column, "completion"))
                    .hasText(row.get("completion_tokens").toString());
            assertThat(fact(column, "finish")).hasText("stop");
            assertThat(fact(column, "first")).hasText(Pattern.compile("\\d+ ms|\\d\\.\\d\\d s"));
        }
        Locator details = page.locator(".column[data-model='gpt-4o']");
        assertThat(details.locator("[data-part=cached]")).hasText("(1024 cached)");
        assertThat(details.locator("[data-part=reasoning]")).hasText("(64 reasoning)");
        assertThat(details.locator(".answer tbody td")).hasCount(6);
        assertThat(details.locator(".answer .token.keyword").first()).hasText("from");
    }

    @Test
    void each_column_goes_on_with_its_own_conversation() {
        go(page, THREE);
        page.locator("#settings summary").click();
        page.getByLabel("System prompt").fill("Be brief.");
        page.getByLabel("Temperature").fill("0.25");
        page.getByLabel("Max tokens").fill("300");
        page.getByLabel("User id").fill("ada");
        ask("First");
        finished();
        ask("Second");
        finished();

        assertThat(page.locator(".turn")).hasCount(6);
        JsonNode openAi = stub.received().stream()
                .filter(seen -> seen.path().equals("/v1/chat/completions"))
                .toList()
                .get(1)
                .body();
        assertThat(openAi.at("/messages").findValuesAsText("role"))
                .containsExactly("system", "user", "assistant", "user");
        assertThat(openAi.at("/messages/0/content").asText()).isEqualTo("Be brief.");
        assertThat(openAi.at("/messages/2/content").asText()).isEqualTo(Answers.OPENAI);
        assertThat(openAi.at("/messages/3/content").asText()).isEqualTo("Second");
        assertThat(openAi.at("/temperature").asDouble()).isEqualTo(0.25);
        assertThat(gateway.rows("select distinct user_id from session_usage where session_id = '"
                        + page.locator("#session-id").textContent() + "'"))
                .containsExactly(Map.of("user_id", "ada"));
    }

    @Test
    void an_error_says_what_happened_and_how_to_mend_it_and_can_be_tried_again() {
        stub.always("openai", Reply.error(429, "Rate limit reached for gpt-4o"));
        go(page, "/?model=gpt-4o&model=demo");
        ask(Answers.QUESTION);
        Locator box = page.locator(".column[data-model='gpt-4o'] .fault");
        assertThat(box).containsText("Too many requests", patient());
        assertThat(box).containsText("rate_limited");
        assertThat(box).containsText("429");
        assertThat(box).containsText(Pattern.compile("Try again in \\d+ s"));
        assertThat(box.locator("code").last()).hasText(Pattern.compile("req_\\w+"));
        assertThat(page.locator(".column[data-model='demo'] .answer")).containsText("demo model");

        stub.always("openai", Reply.spoken("Now it **works**.", Duration.ZERO));
        page.locator(".column[data-model='gpt-4o'] [data-do=retry]").click();
        assertThat(page.locator(".column[data-model='gpt-4o'] .answer")).hasText("Now it works.");
        assertThat(box).hasCount(0);
    }

    @Test
    void a_mistake_in_a_parameter_names_the_parameter() {
        go(page, "/?model=gpt-4o");
        page.locator("#settings summary").click();
        page.getByLabel("Max tokens").fill("999999");
        ask(Answers.QUESTION);

        Locator box = page.locator(".fault");
        assertThat(box).containsText("Max tokens is too large for this model");
        assertThat(box).containsText("max_tokens must be at most");
        assertThat(box.locator("code")).hasText(new Pattern[] {
            Pattern.compile("400"),
            Pattern.compile("max_tokens_too_large"),
            Pattern.compile("max_tokens"),
            Pattern.compile("req_\\w+")
        });
    }

    @Test
    void what_is_stopped_is_billed_for_what_had_come() {
        speak(Duration.ofMillis(120));
        go(page, "/?model=gpt-4o");
        ask(Answers.QUESTION);
        assertThat(page.locator(".answer strong")).hasText("not decided yet");
        page.keyboard().press("Escape");

        assertThat(page.locator(".stopped"))
                .containsText(Pattern.compile("The ledger has \\d+ tokens, 0\\.\\d{6} USD"));
        String id = page.locator(".request-id").textContent();
        Map<String, Object> row = gateway.rows("select * from session_usage where request_id = '" + id + "'")
                .get(0);
        assertThat(row).containsEntry("status", "client_gone");
        assertThat(page.locator(".stopped")).containsText(String.format("%.6f", row.get("total_cost")));
    }

    @Test
    void nothing_that_a_model_says_is_run_or_loaded() {
        stub.always("openai", Reply.spoken(Answers.HOSTILE, Duration.ZERO));
        go(page, "/?model=gpt-4o");
        ask(Answers.QUESTION);
        finished();

        Locator answer = page.locator(".answer");
        assertThat(answer).containsText("<script>document.body.dataset.ran");
        assertThat(answer.locator("script, img, iframe, form, input, [style], [onclick], [onerror]"))
                .hasCount(0);
        assertThat(answer.locator("a[href^='javascript:'], a[href^='data:']")).hasCount(0);
        assertThat(answer.locator("a[href='https://example.com/page']"))
                .hasAttribute("rel", "noopener noreferrer nofollow");
        assertThat(page.evaluate("document.body.dataset.ran ?? 'nothing'")).isEqualTo("nothing");
    }

    @Test
    void an_image_goes_along() {
        go(page, "/?model=gpt-4o");
        page.locator("#files")
                .setInputFiles(new FilePayload(
                        "pixel.png", "image/png", Base64.getDecoder().decode(PIXEL)));
        assertThat(page.locator("#pictures img")).hasAttribute("alt", "pixel.png");
        ask("What is this?");
        finished();

        JsonNode sent = stub.last().body().at("/messages/0/content");
        assertThat(sent.at("/0/text").asText()).isEqualTo("What is this?");
        assertThat(sent.at("/1/image_url/url").asText()).isEqualTo("data:image/png;base64," + PIXEL);
        assertThat(page.locator(".question img")).isVisible();
        assertThat(page.locator("#pictures img")).hasCount(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl", "java"})
    void the_code_sends_the_same_request(String language, @TempDir Path folder) throws Exception {
        String question = "It's a \"test\": \\n $HOME `id` \"\"\" 한국어 \n second line";
        go(page, "/?model=gpt-4o");
        page.locator("#prompt").fill(question);
        page.locator("#show-code").click();
        page.locator("[data-code=" + language + "]").click();
        String code = page.locator("#code code").textContent();

        boolean shell = language.equals("curl");
        Path file = folder.resolve(shell ? "ask.sh" : "Ask.java");
        Files.writeString(file, code);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String said = shell ? run("bash", file.toString()) : run(java, "-Dfile.encoding=UTF-8", file.toString());
        assertThat(said).contains("\"finish_reason\":\"stop\"", "data: [DONE]");
        assertThat(stub.last().body().at("/messages/0/content").asText()).isEqualTo(question.strip());
    }

    @Test
    void the_ids_and_the_answer_can_be_copied() {
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        go(page, "/?model=claude-haiku-4-5");
        ask(Answers.QUESTION);
        finished();

        page.getByLabel("Copy the request id").click();
        assertThat(clipboard()).isEqualTo(page.locator(".request-id").textContent());
        page.getByLabel("Copy the session id").click();
        assertThat(clipboard()).isEqualTo(page.locator("#session-id").textContent());
        page.getByLabel("Copy the answer").click();
        assertThat(clipboard()).isEqualTo(Answers.ANTHROPIC);
        assertThat(page.locator("#announcement")).hasText("Copied");
    }

    @Test
    void a_gateway_that_wants_a_key_is_given_one_for_this_tab() {
        page.route("**/api/models", route -> {
            if ("Bearer cv-test".equals(route.request().headers().get("authorization"))) {
                route.resume();
            } else {
                route.fulfill(new Route.FulfillOptions()
                        .setStatus(401)
                        .setContentType("application/json")
                        .setBody("""
                                {"error":{"message":"A gateway key is required","type":"authentication_error","param":null,
                                 "code":"gateway_key_invalid","request_id":"req_1"}}"""));
            }
        });
        page.navigate("/?model=demo");
        page.getByLabel("Gateway key").fill("cv-test");
        page.keyboard().press("Enter");

        assertThat(page.locator(".column")).hasCount(1);
        assertThat(page.locator(".fault")).hasCount(0);
        assertThat(page.evaluate("localStorage.getItem('caravan.key') ?? 'nowhere'"))
                .isEqualTo("nowhere");
    }

    @Test
    void a_gateway_that_is_away_is_said_to_be_away() {
        go(page, "/?model=demo");
        page.route("**/api/chat/completions", route -> route.abort());
        ask("Hello");

        assertThat(page.locator(".fault")).containsText("The gateway cannot be reached");
        chromium.offences().removeIf(offence -> offence.contains("net::ERR_FAILED"));
    }

    private Object clipboard() {
        return page.evaluate("navigator.clipboard.readText()");
    }

    private static Locator fact(Locator column, String name) {
        return column.locator("[data-fact=" + name + "] dd > span:first-child");
    }

    private static LocatorAssertions.ContainsTextOptions patient() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
