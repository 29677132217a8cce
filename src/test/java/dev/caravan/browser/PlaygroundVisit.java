package dev.caravan.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.caravan.gateway.RunningGateway;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The playground in a browser, before a gateway whose three providers are strict stubs that speak slowly. */
abstract class PlaygroundVisit {

    static final String SIX =
            "/?model=gpt-4o&model=claude-haiku-4-5&model=gemini-2.5-flash&model=gpt-4.1&model=claude-sonnet-4-5&model=demo";
    static final String THREE = "/?model=gpt-4o&model=claude-haiku-4-5&model=gemini-2.5-flash";

    static StubProvider stub;
    static RunningGateway gateway;
    static Chromium chromium;

    Page page;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with().providersAt(stub.address()).start();
        chromium = new Chromium();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        gateway.close();
        stub.close();
    }

    @BeforeEach
    void open() {
        stub.reset();
        speak(Duration.ofMillis(15));
        chromium.offences().clear();
        page = window(1280, 820, ColorScheme.LIGHT, "en-US");
    }

    @AfterEach
    void nothing_went_wrong_behind_the_page() {
        page.context().close();
        assertThat(chromium.offences()).isEmpty();
        assertThat(stub.violations()).isEmpty();
    }

    static void speak(Duration each) {
        stub.always("openai", Reply.spoken(Answers.OPENAI, each).usage(1420, 1024, 212, 64));
        stub.always("anthropic", Reply.spoken(Answers.ANTHROPIC, each).usage(18, 96));
        stub.always("google", Reply.spoken(Answers.GOOGLE, each).usage(16, 88));
    }

    static Page window(int width, int height, ColorScheme light, String locale) {
        return chromium.window(width, height, light, locale, gateway.address());
    }

    /** Opens the playground; it is ready when its columns are there. */
    static void go(Page window, String path) {
        window.navigate(path);
        window.locator(".column").first().waitFor();
    }

    void ask(String question) {
        page.locator("#prompt").fill(question);
        page.locator("#prompt").press("Enter");
    }

    void finished() {
        assertThat(page.locator(".column.runs"))
                .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(30_000));
    }
}
