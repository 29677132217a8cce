package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Plants keys and a prompt, goes down every path of failure, and looks for them wherever they must not be. */
class CanaryTest {

    private static final String KEY = "sk-canarykey0123456789abcdef";
    private static final String PROMPT = "the canary sings in the coal mine";
    private static final String ANSWER = "the canary answers from the deep";

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final StringBuilder answers = new StringBuilder();

    @Test
    void neither_keys_nor_prompts_nor_answers_are_left_anywhere() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        OutputStreamAppender<ILoggingEvent> appender = appender(root);
        try (StubProvider stub = StubProvider.start();
                RunningGateway gateway = RunningGateway.with()
                        .providersAt(stub.address())
                        .variable("OPENAI_API_KEY", KEY)
                        .variable("ANTHROPIC_API_KEY", KEY)
                        .variable("GEMINI_API_KEY", KEY)
                        .property("retry.first-wait-ms", "1")
                        .property("breaker.minimum-calls", "1000")
                        .property("breaker.window-calls", "1000")
                        .property("provider.call-timeout-ms", "700")
                        .start()) {
            String openAi = RunningGateway.JSON
                    .createObjectNode()
                    .put("id", "x")
                    .set(
                            "choices",
                            RunningGateway.JSON.readTree(
                                    "[{\"message\":{\"content\":\"" + ANSWER + "\"},\"finish_reason\":\"stop\"}]"))
                    .toString();
            for (String model : List.of("gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash", "demo", "gpt-unknown")) {
                // The stub refuses the planted key with an error that repeats a key, so every provider fails first.
                ask(gateway, model);
            }
            for (Reply reply : List.of(
                    Reply.error(400, "bad key " + KEY + " for prompt " + KEY),
                    Reply.error(500, KEY),
                    Reply.error(429, KEY),
                    Reply.of(302, KEY).header("Location", "http://127.0.0.1:1/?key=" + KEY),
                    Reply.json("{\"broken\":\"" + KEY + "\"}"),
                    Reply.json(KEY),
                    Reply.json(openAi),
                    Reply.reset(),
                    Reply.half(),
                    Reply.hang())) {
                stub.always(reply);
                ask(gateway, "gpt-4o");
            }
            gateway.post("/api/chat/completions", "{\"model\":\"gpt-4o\",\"" + PROMPT + "\":");
            gateway.post(
                    "/api/chat/completions",
                    "{\"model\":\"claude-haiku-4-5\",\"logprobs\":true,\"messages\":"
                            + "[{\"role\":\"user\",\"content\":\"" + PROMPT + "\"}]}");
            answers.append(gateway.get("/health").body())
                    .append(gateway.get("/api/models").body())
                    .append(gateway.get("/api/usage/summary").body())
                    .append(gateway.get("/nope?key=" + "x").body());

            assertThat(answers.toString()).doesNotContain(KEY, PROMPT);
            assertThat(jmx()).as("MBeans").doesNotContain(KEY, PROMPT, ANSWER);
            assertThat(files(gateway.folder())).as("database and journal").doesNotContain(KEY, PROMPT, ANSWER);
        } finally {
            root.detachAppender(appender);
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .as("log")
                .contains("model=gpt-4o")
                .doesNotContain(KEY, PROMPT, ANSWER);
    }

    @Test
    void several_keys_of_a_provider_are_told_apart_by_name_only() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.caravan");
        Level oursBefore = ours.getLevel();
        OutputStreamAppender<ILoggingEvent> appender = appender(root);
        ours.setLevel(Level.DEBUG);
        String second = KEY + "-second";
        try (StubProvider stub = StubProvider.start();
                RunningGateway gateway = RunningGateway.with()
                        .providersAt(stub.address())
                        .variable("OPENAI_API_KEY", KEY + "," + second)
                        .property("retry.first-wait-ms", "1")
                        .start()) {
            for (Reply reply : List.of(
                    Reply.error(401, "Incorrect API key provided: " + KEY),
                    Reply.error(429, KEY),
                    Reply.error(500, KEY),
                    Reply.reset(),
                    Reply.ok())) {
                stub.alwaysWithKey(KEY, reply);
                stub.alwaysWithKey(second, reply);
                ask(gateway, "gpt-4o");
            }
            answers.append(gateway.get("/health").body());
            assertThat(answers.toString()).contains("openai-1").doesNotContain(KEY);
            assertThat(jmx()).as("MBeans").doesNotContain(KEY);
            assertThat(files(gateway.folder())).as("database and journal").doesNotContain(KEY);
        } finally {
            ours.setLevel(oursBefore);
            root.detachAppender(appender);
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .as("log")
                .contains("the key openai-1 rests until", "the key openai-2 rests until")
                .doesNotContain(KEY);
    }

    @Test
    void a_gateway_key_is_left_nowhere() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.caravan");
        Level oursBefore = ours.getLevel();
        OutputStreamAppender<ILoggingEvent> appender = appender(root);
        ours.setLevel(Level.DEBUG);
        try (StubProvider stub = StubProvider.start();
                RunningGateway gateway = RunningGateway.with()
                        .providersAt(stub.address())
                        .variable("GATEWAY_KEYS", "on")
                        .start()) {
            KeyMaker maker = new KeyMaker(gateway.ledgerUrl());
            String key = maker.key("ann", "'requests_per_minute':3,'budget_day_usd':1");
            String body = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
            for (String way : List.of("/api/chat/completions", "/v1/chat/completions", "/v1/messages", "/nowhere")) {
                for (String[] headers : new String[][] {
                    {"Authorization", "Bearer " + key}, {"x-api-key", key}, {"Authorization", key + "x"}
                }) {
                    HttpResponse<String> response = gateway.post(way, body, headers);
                    answers.append(response.headers().map()).append(response.body());
                }
            }
            answers.append(gateway.get("/api/models?api_key=" + key).body());
            answers.append(gateway.get("/health", "x-api-key", key).body());
            maker.revoke(key);
            answers.append(gateway.get("/api/keys/" + key, "x-api-key", key).body());
            String secret = key.substring(15);
            assertThat(answers.toString())
                    .contains("gateway_key_invalid", "rate_limited")
                    .doesNotContain(secret);
            assertThat(stub.received().toString()).as("what the provider saw").doesNotContain(secret);
            assertThat(jmx()).as("MBeans").doesNotContain(secret);
            assertThat(files(gateway.folder())).as("database and journal").doesNotContain(secret);
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .as("log")
                    .contains("gpt-4o")
                    .doesNotContain(secret);
        } finally {
            ours.setLevel(oursBefore);
            root.detachAppender(appender);
        }
    }

    @Test
    void an_id_with_line_breaks_cannot_forge_a_line_of_the_log() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        OutputStreamAppender<ILoggingEvent> appender = appender(root);
        try {
            root.warn("user \r\n2026-01-01 INFO forged\u001b[31m");
            assertThat(log.toString(StandardCharsets.UTF_8).strip().lines()).hasSize(1);
            assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b");
        } finally {
            root.detachAppender(appender);
        }
    }

    private void ask(RunningGateway gateway, String model) {
        HttpResponse<String> response = gateway.chat(model, PROMPT);
        response.headers().map().forEach((name, values) -> answers.append(name).append(values));
        if (!model.equals("demo") && response.statusCode() != 200) {
            answers.append(response.body());
        }
    }

    /** The pattern of the program's own log, at the level it runs with. */
    private OutputStreamAppender<ILoggingEvent> appender(Logger root) {
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(root.getLoggerContext());
        appender.setEncoder(((OutputStreamAppender<ILoggingEvent>) root.getAppender("console")).getEncoder());
        appender.setOutputStream(log);
        appender.start();
        root.addAppender(appender);
        return appender;
    }

    private static String jmx() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName breaker = new ObjectName("org.apache.camel:type=processors,name=\"openai-breaker\",*");
        // They come in order, a moment after the start: until there are no more to come.
        AtomicInteger before = new AtomicInteger();
        Awaitility.await().pollInterval(Duration.ofMillis(300)).until(() -> {
            boolean begun = !server.queryNames(breaker, null).isEmpty();
            return begun && before.getAndSet(server.getMBeanCount()) == server.getMBeanCount();
        });
        StringBuilder all = new StringBuilder();
        for (ObjectName name : server.queryNames(null, null)) {
            if (!name.getDomain().startsWith("org.apache.camel")) {
                continue;
            }
            all.append(name);
            try {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                    all.append(attribute.getName()).append('=').append(server.getAttribute(name, attribute.getName()));
                }
                if ("routes".equals(name.getKeyProperty("type"))) {
                    all.append(server.invoke(name, "dumpRouteAsXml", null, null));
                }
            } catch (Exception e) {
                all.append(e);
            }
        }
        assertThat(all.toString()).contains("openai-breaker");
        return all.toString();
    }

    private static String files(Path folder) throws IOException {
        Awaitility.await().until(() -> Files.exists(folder.resolve("usage.db")));
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(all.toString()).contains("gpt-4o");
        return all.toString();
    }
}
