package dev.caravan.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.caravan.gateway.RunningGateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's command for Hawtio, and what an engineer then sees of the running routes. */
class HawtioIT {

    private static final String PASSWORD = "correct-horse-battery";

    /** The column of the routes' table, after the box to tick: name, state, uptime, completed. */
    private static final int COMPLETED = 4;

    @TempDir
    private Path folder;

    private final int port = freePort();
    private final int jolokia = freePort();
    private RunningGateway gateway;
    private Process hawtio;

    @BeforeEach
    void start() throws Exception {
        gateway = RunningGateway.with()
                .variable("JOLOKIA_PORT", Integer.toString(jolokia))
                .variable("JOLOKIA_PASSWORD", PASSWORD)
                .start();
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
        }
        String command = "mvn -q -f src/main/hawtio jetty:run-war";
        assertThat(Files.readString(Path.of("README.md"))).contains("\n" + command + "\n");
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of(
                "-B", "-Dport=" + port, "-Djolokia=http://127.0.0.1:" + jolokia + "/jolokia", "-Dfolder=" + folder));
        Path log = folder.resolve("hawtio.log");
        hawtio = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofMinutes(5)).until(() -> {
            assertThat(hawtio.isAlive()).as(Files.readString(log)).isTrue();
            return isOpen(port);
        });
    }

    @AfterEach
    void stop() throws Exception {
        try (Stream<ProcessHandle> children = hawtio.descendants()) {
            children.forEach(ProcessHandle::destroyForcibly);
        }
        hawtio.destroyForcibly().waitFor();
        gateway.close();
    }

    @Test
    void shows_the_running_routes() {
        try (Chromium chromium = new Chromium()) {
            Page page = chromium.window(1280, 820, "http://127.0.0.1:" + port, "caravan", PASSWORD);
            page.navigate("/hawtio/");
            choose(page, "routes");
            Locator chat =
                    page.locator("main tr").filter(new Locator.FilterOptions().setHasText(Pattern.compile("^chat")));
            assertThat(chat).containsText("Started");
            assertThat(chat.locator("td").nth(COMPLETED)).hasText("3");
            choose(page, "provider-openai");
            text(page, "Route Diagram").click();
            assertThat(page.locator(".react-flow__node").filter(containing("Circuit Breaker")))
                    .hasCount(1);
            Chromium.picture(page, "hawtio");
            assertThat(chromium.offences()).isEmpty();
        }
    }

    private static void choose(Page page, String name) {
        page.locator("[role=tree]")
                .getByText(name, new Locator.GetByTextOptions().setExact(true))
                .click();
    }

    private static Locator text(Page page, String text) {
        return page.locator("main").getByText(text, new Locator.GetByTextOptions().setExact(true));
    }

    private static Locator.FilterOptions containing(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
