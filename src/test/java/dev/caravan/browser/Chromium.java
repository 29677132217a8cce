package dev.caravan.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The Chromium of this machine ({@code CHROMIUM}, or {@code /usr/bin/chromium}), and everything that a page must not do: ask
 * another host, write an error to the console, break the Content-Security-Policy.
 */
final class Chromium implements AutoCloseable {

    private static final List<String> QUIET = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private static final int PATIENCE_MS = 20_000;

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> offences = new CopyOnWriteArrayList<>();

    Chromium() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        String program = System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium");
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(program))
                        .setArgs(QUIET));
    }

    /** A new window of a new person. */
    Page window(int width, int height, ColorScheme light, String locale, String address) {
        return window(
                address,
                new Browser.NewContextOptions()
                        .setViewportSize(width, height)
                        .setColorScheme(light)
                        .setLocale(locale)
                        .setBaseURL(address));
    }

    /** A new window of a person who knows the password. */
    Page window(int width, int height, String address, String user, String password) {
        return window(
                address,
                new Browser.NewContextOptions()
                        .setViewportSize(width, height)
                        .setBaseURL(address)
                        .setHttpCredentials(user, password));
    }

    private Page window(String address, Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(PATIENCE_MS);
        context.onRequest(request -> {
            if (!request.url().startsWith(address) && !request.url().startsWith("data:")) {
                offences.add("asked for " + request.url());
            }
        });
        context.onConsoleMessage(message -> {
            // An answer that is no success is reported by the browser itself; the page shows it to the reader.
            if (List.of("error", "warning").contains(message.type())
                    && !message.text().startsWith("Failed to load resource: the server responded with a status of")) {
                offences.add(message.type() + ": " + message.text());
            }
        });
        context.onWebError(error -> offences.add("exception: " + error.error()));
        context.onDialog(dialog -> {
            offences.add("a dialog: " + dialog.message());
            dialog.dismiss();
        });
        return context.newPage();
    }

    List<String> offences() {
        return offences;
    }

    /** What axe finds that keeps people out, as one line each. */
    @SuppressWarnings("unchecked")
    static List<String> barriers(Page page) {
        page.evaluate(axe());
        return (List<String>) page.evaluate("""
                async () => {
                  const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
                  return found.violations.flatMap((one) =>
                    one.nodes.map((node) => `${one.impact} ${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
                }""");
    }

    /** A picture of what is seen, for the reader of the README where {@code -Dscreenshots} is set. */
    static void picture(Page page, String name) {
        String folder = System.getProperty("screenshots") == null ? "target/screenshots" : ".github/screenshots";
        SmallPng.of(page.screenshot()).write(Path.of(folder, name + ".png"));
    }

    private static String axe() {
        try (InputStream in = Chromium.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
