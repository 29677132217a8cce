package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.route.edge.CallerConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The pages for people. What can be asked for is this list and nothing else: a name is looked up, never made into a path, so
 * that no spelling of it leads anywhere. Camel's own static handler would look into the working directory first, where the
 * keys are.
 */
public final class WebFiles {

    /** Scripts and styles of our own files only, no frame around us, no word to another host. */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                    + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static final String WEB = "web/";

    private static final List<String> OWN = List.of(
            "app.css",
            "icon.svg",
            "theme.js",
            "page.js",
            "words.js",
            "words-en.js",
            "words-ko.js",
            "elements.js",
            "gateway.js",
            "exact.js",
            "events.js",
            "markdown.js",
            "errors.js",
            "playground.js",
            "picker.js",
            "column.js",
            "turn.js",
            "composer.js",
            "pictures.js",
            "snippets.js",
            "dashboard.js",
            "ledger.js",
            "plots.js",
            "tables.js",
            "session.js",
            "routes.js",
            "steps.js",
            "walks.js");

    private static final List<String> PRISM_PARTS = List.of(
            "core",
            "markup",
            "css",
            "clike",
            "javascript",
            "typescript",
            "java",
            "python",
            "bash",
            "json",
            "yaml",
            "sql");

    private final WebFile playground = WebFile.of(List.of(WEB + "playground.html"));
    private final WebFile dashboard = WebFile.of(List.of(WEB + "usage.html"));
    private final WebFile routes = WebFile.of(List.of(WEB + "routes.html"));
    private final Map<String, WebFile> assets = new LinkedHashMap<>();

    /** @throws IllegalStateException where the jar lacks one of the files */
    public WebFiles() {
        for (String name : OWN) {
            assets.put(name, WebFile.of(List.of(WEB + name)));
        }
        assets.put("marked.js", WebFile.of(List.of(webJar("marked", "lib/marked.esm.js"))));
        assets.put("purify.js", WebFile.of(List.of(webJar("dompurify", "dist/purify.es.mjs"))));
        assets.put("chart.js", WebFile.of(List.of(webJar("chart.js", "dist/chart.umd.min.js"))));
        assets.put(
                "prism.js",
                WebFile.of(PRISM_PARTS.stream()
                        .map(part -> webJar("prismjs", "components/prism-" + part + ".min.js"))
                        .toList()));
    }

    public void playground(Exchange exchange) {
        answer(exchange, playground);
    }

    public void dashboard(Exchange exchange) {
        answer(exchange, dashboard);
    }

    public void routes(Exchange exchange) {
        answer(exchange, routes);
    }

    /** @throws RequestException 404 for every name that is not on the list */
    public void asset(Exchange exchange) {
        WebFile file =
                assets.get(Objects.requireNonNullElse(exchange.getMessage().getHeader("name", String.class), ""));
        if (file == null) {
            throw new RequestException(ErrorCode.NOT_FOUND, "Unknown path", (String) null);
        }
        answer(exchange, file);
    }

    private static void answer(Exchange exchange, WebFile file) {
        boolean known = file.isKnownBy(CallerConnection.of(exchange).request().getHeader("If-None-Match"));
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, known ? 304 : 200);
        if (!known) {
            message.setHeader(Exchange.CONTENT_TYPE, file.type());
        }
        message.setHeader("ETag", file.etag());
        // Always asked again, so that an update of the gateway never mixes old and new files; the answer is mostly 304.
        message.setHeader("Cache-Control", "no-cache");
        message.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        message.setHeader("X-Content-Type-Options", "nosniff");
        message.setHeader("Referrer-Policy", "no-referrer");
        message.setBody(known ? null : file.content());
    }

    /** Where a file of a WebJar is: its version stands in the path, and only the pom says which one it is. */
    private static String webJar(String artifact, String file) {
        String about = "META-INF/maven/org.webjars.npm/" + artifact + "/pom.properties";
        try (InputStream in = WebFiles.class.getClassLoader().getResourceAsStream(about)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + about);
            }
            Properties properties = new Properties();
            properties.load(in);
            return "META-INF/resources/webjars/" + artifact + "/" + properties.getProperty("version") + "/" + file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
