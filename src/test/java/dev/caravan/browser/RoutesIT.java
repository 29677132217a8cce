package dev.caravan.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.caravan.gateway.RunningGateway;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of the routes: what runs, and where the time went, in one look. */
class RoutesIT {

    @TempDir
    private static Path routes;

    private static StubProvider stub;
    private static RunningGateway gateway;
    private static Chromium chromium;

    private Page page;

    @BeforeAll
    static void start() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.copy(file, routes.resolve(file.getFileName().toString()));
            }
        }
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .property("retry.max-attempts", "1")
                .property("camel.main.routesIncludePattern", "file:" + routes + "/*.camel.yaml")
                .property("camel.main.routesReloadDirectory", routes.toString())
                .property("camel.main.routesReloadEnabled", "true")
                .start();
        chromium = new Chromium();
        stub.always(Reply.ok().delay(Duration.ofMillis(300)));
        for (int i = 0; i < 4; i++) {
            gateway.chat("gpt-4o", "Hi");
            gateway.chat("claude-haiku-4-5", "Hi");
        }
        stub.next(Reply.error(500, "no"));
        gateway.chat("gpt-4o", "Hi");
    }

    @AfterAll
    static void stop() {
        chromium.close();
        gateway.close();
        stub.close();
    }

    @BeforeEach
    void open() {
        chromium.offences().clear();
        page = window(1280, 820, ColorScheme.LIGHT, "en-US");
    }

    @AfterEach
    void nothing_went_wrong_behind_the_page() {
        page.context().close();
        assertThat(chromium.offences()).isEmpty();
    }

    @Test
    void one_look_says_where_the_time_went() {
        page.navigate("/routes");
        Locator first = page.locator("#slow tbody tr").first();
        assertThat(first.locator("[data-column=route]")).hasText(Pattern.compile("provider-(openai|anthropic)"));
        assertThat(first.locator("[data-column=share]")).hasText(Pattern.compile("[3-9]\\d\\.\\d %"));
        assertThat(first.locator("[data-column=p95]")).hasText(Pattern.compile("[2-9]\\d\\d|\\d{4}"));
        assertThat(page.locator("#slow")).not().containsText("ledgerFeed");
    }

    @Test
    void each_route_is_drawn_with_the_numbers_of_the_api() {
        page.navigate("/routes");
        JsonNode api = RunningGateway.json(gateway.get("/api/routes")).path("routes");
        assertThat(page.locator("details.route")).hasCount(api.size());
        for (JsonNode route : api) {
            assertThat(page.locator("#route-" + route.path("id").asText())).hasCount(1);
        }
        Locator call = page.locator("[data-step=openai-call]");
        assertThat(call).containsText("5 walks");
        assertThat(page.locator("[data-step=openai-breaker]")).containsText("1 failed");
        assertThat(page.locator("#route-provider-openai summary")).containsText(Pattern.compile("p95 \\d+ ms"));
        assertThat(page.locator("#walk details[open]"))
                .hasCount(page.locator("#walk details").count());
        assertThat(page.locator("#background details[open]")).hasCount(0);
    }

    @Test
    void numbers_move_under_a_reader_who_stays_where_they_are() {
        page.navigate("/routes");
        Locator link = page.locator("#route-chat a[href='#route-complete']");
        link.focus();
        gateway.chat("gemini-2.5-flash", "Hi");

        assertThat(page.locator("[data-step=google-call]")).containsText("1 walk");
        assertThat(link).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("#route-complete > summary")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("#route-complete")).not().hasAttribute("open", "");
    }

    @Test
    void a_refused_file_is_told_and_a_mended_one_is_too() throws IOException {
        page.navigate("/routes");
        Path file = routes.resolve("models.camel.yaml");
        String before = Files.readString(file);
        Files.writeString(file, "- route: {id: [broken");
        assertThat(page.locator("#files .fault")).containsText("models.camel.yaml was refused at");
        assertThat(page.locator("#files .fault")).containsText("line 1");
        assertThat(page.locator("#route-models")).hasCount(1);

        Files.writeString(file, before);
        assertThat(page.locator("#files .fault")).hasCount(0);
        assertThat(page.locator("#files")).containsText("models.camel.yaml is in force since");
    }

    @Test
    void a_gateway_that_wants_a_key_is_given_one() {
        page.route("**/api/routes", route -> {
            if ("Bearer cv-test".equals(route.request().headers().get("authorization"))) {
                route.resume();
            } else {
                route.fulfill(
                        new Route.FulfillOptions()
                                .setStatus(401)
                                .setContentType("application/json")
                                .setBody(
                                        "{\"error\":{\"message\":\"A gateway key is required\",\"code\":\"gateway_key_invalid\"}}"));
            }
        });
        page.navigate("/routes");
        page.getByLabel("Gateway key").fill("cv-test");
        page.keyboard().press("Enter");

        assertThat(page.locator("#route-chat")).isVisible();
        assertThat(page.locator("#trouble .fault")).hasCount(0);
    }

    @Test
    void keeps_nobody_out_in_light_and_dark_wide_and_narrow() {
        page.setViewportSize(1280, 1060);
        page.navigate("/routes");
        assertThat(page.locator("#slow tbody tr").first()).isVisible();
        assertThat(Chromium.barriers(page)).isEmpty();
        Chromium.picture(page, "routes-light");

        Page dark = window(1280, 1060, ColorScheme.DARK, "en-US");
        dark.navigate("/routes");
        assertThat(dark.locator("#route-chat")).isVisible();
        assertThat(Chromium.barriers(dark)).isEmpty();
        Chromium.picture(dark, "routes-dark");
        dark.context().close();

        Page narrow = window(390, 844, ColorScheme.DARK, "ko-KR");
        narrow.navigate("/routes");
        assertThat(narrow.locator("#route-chat")).isVisible();
        assertThat((Integer) narrow.evaluate("document.documentElement.scrollWidth"))
                .isEqualTo(390);
        assertThat(Chromium.barriers(narrow)).isEmpty();
        Chromium.picture(narrow, "routes-narrow-ko-dark");
        narrow.context().close();
    }

    private static Page window(int width, int height, ColorScheme light, String locale) {
        return chromium.window(width, height, light, locale, gateway.address());
    }
}
