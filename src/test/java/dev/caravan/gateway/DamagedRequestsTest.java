package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.stub.Damage;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever is sent to the entrances, and whatever providers answer: a JSON answer, no mistake of ours, and an exact bill. */
class DamagedRequestsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final byte[] MESSAGES = """
            {"model":"%s","max_tokens":50,"system":[{"type":"text","text":"s"}],"temperature":1,"stop_sequences":["a"],
             "stream":false,"metadata":{"user_id":"u"},"tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
             "tool_choice":{"type":"auto"},"messages":[{"role":"user","content":[{"type":"text","text":"t"}]},
             {"role":"assistant","content":[{"type":"tool_use","id":"i","name":"f","input":{"a":1}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"i","content":"r"}]}]}
            """.getBytes(StandardCharsets.UTF_8);

    private static final List<String> MODELS = List.of("gpt-4o", "o3", "claude-sonnet-4-5", "gemini-2.5-flash", "demo");

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void every_request_has_an_answer_that_can_be_read_and_the_ledger_stays_sound() {
        List<byte[]> chats = new ArrayList<>();
        List.of("openai", "anthropic", "google")
                .forEach(provider -> chats.addAll(Damage.fixtures(provider, "request.json")));
        List<byte[]> answers = new ArrayList<>();
        List.of("openai", "anthropic", "google")
                .forEach(provider -> answers.addAll(Damage.fixtures(provider, "upstream-response.json")));
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        AtomicInteger good = new AtomicInteger();
        try (StubProvider stub = StubProvider.start();
                RunningGateway gateway = RunningGateway.with()
                        .providersAt(stub.address())
                        .property("retry.max-attempts", "1")
                        .property("breaker.minimum-calls", "1000000")
                        .property("breaker.window-calls", "1000000")
                        .start()) {
            Damage.forAWhile(damage -> {
                String path = damage.oneOf(List.of("/api/chat/completions", "/v1/chat/completions", "/v1/messages"));
                byte[] body = damage.json(path.endsWith("messages") ? messages(damage) : damage.oneOf(chats));
                boolean wrongAnswer = damage.oneOf(List.of(true, false, false));
                Reply right = text(body).contains("\"stream\":true")
                        ? Reply.spoken("a few words", Duration.ZERO)
                        : Reply.ok();
                stub.always(wrongAnswer ? Reply.of(200, text(damage.json(damage.oneOf(answers)))) : right);

                HttpResponse<String> answer = send(gateway, path, body);

                String told = path + " " + text(body) + " -> " + answer.statusCode() + " " + answer.body();
                assertThat(answer.statusCode()).as(told).isIn(200, 400, 404, 500);
                // A wrong answer is the provider's failure; ours would be internal_error.
                assertThat(answer.statusCode() == 500 && !wrongAnswer).as(told).isFalse();
                assertThat(answer.body()).as(told).doesNotContain("internal_error", "Internal error");
                if (answer.statusCode() == 200) {
                    good.incrementAndGet();
                } else {
                    assertReadable(answer, told);
                }
            });
            assertThat(good).hasPositiveValue();
            JsonNode audit = RunningGateway.json(gateway.get("/api/usage/audit"));
            assertThat(audit.path("sound").asBoolean()).as(audit.toString()).isTrue();
            assertThat(audit.path("in_flight").asInt()).isZero();
        } finally {
            root.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.ERROR)
                .isEmpty();
    }

    private static byte[] messages(Damage damage) {
        return text(MESSAGES).replace("%s", damage.oneOf(MODELS)).getBytes(StandardCharsets.UTF_8);
    }

    private static void assertReadable(HttpResponse<String> answer, String told) {
        try {
            JsonNode json = JSON.readTree(answer.body());
            JsonNode error = json.path("error");
            String message =
                    error.isTextual() ? error.asText() : error.path("message").asText();
            assertThat(message).as(told).isNotBlank().hasSizeLessThan(2000).doesNotContain("Exception", "dev.caravan");
        } catch (IOException e) {
            throw new AssertionError(told, e);
        }
    }

    /** A stream is read as text: it has an end, too. */
    private HttpResponse<String> send(RunningGateway gateway, String path, byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.address() + path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
