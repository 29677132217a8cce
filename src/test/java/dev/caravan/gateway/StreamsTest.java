package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams, from each provider through each entrance: what arrives, when, and what is billed. */
class StreamsTest {

    private StubProvider stub;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        stub = StubProvider.start();
        gateway = with().start();
    }

    private RunningGateway.Setup with() {
        return RunningGateway.with()
                .providersAt(stub.address())
                .property("retry.first-wait-ms", "20")
                .property("provider.stream-idle-ms", "1500");
    }

    @AfterEach
    void stop() {
        gateway.close();
        stub.close();
    }

    private static String ask(String model) {
        return "{\"model\":\"" + model
                + "\",\"max_tokens\":100,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void our_own_stream_has_deltas_one_last_event_and_done(String model) throws IOException {
        stub.next(Reply.stream(Streams.of(model), Duration.ZERO));
        HttpResponse<String> response = gateway.post("/api/chat/completions", ask(model));
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        List<String> data = data(response.body());
        assertThat(data).last().isEqualTo("[DONE]");
        StringBuilder text = new StringBuilder();
        for (String event : data.subList(0, data.size() - 2)) {
            text.append(RunningGateway.JSON.readTree(event).at("/delta").asText());
        }
        assertThat(text).hasToString("Hello world");
        JsonNode last = RunningGateway.JSON.readTree(data.get(data.size() - 2));
        assertThat(last.at("/model").asText()).isEqualTo(model);
        assertThat(last.at("/finish_reason").asText()).isEqualTo("stop");
        assertThat(last.at("/usage/prompt_tokens").asInt()).isEqualTo(12);
        assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(34);
        assertThat(last.at("/cost/total_cost").isNumber()).isTrue();
        assertThat(row()).containsEntry("status", "ok").containsEntry("total_tokens", 46);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash", "demo"})
    void both_dialects_stream_every_provider(String model) {
        stub.always(Reply.stream(Streams.of(model), Duration.ZERO));
        String openAi = gateway.post("/v1/chat/completions", ask(model)).body();
        assertThat(data(openAi)).last().isEqualTo("[DONE]");
        assertThat(openAi)
                .contains("\"role\":\"assistant\"", "\"finish_reason\":\"stop\"", "\"model\":\"" + model + "\"");
        String anthropic = gateway.post("/v1/messages", ask(model)).body();
        assertThat(anthropic)
                .containsSubsequence(
                        "event: message_start",
                        "event: content_block_start",
                        "text_delta",
                        "event: content_block_stop",
                        "event: message_delta",
                        "event: message_stop");
        if (!model.equals("demo")) {
            assertThat(openAi).contains("\"content\":\"Hello \"", "\"content\":\"world\"");
            assertThat(anthropic).contains("Hello ", "world");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void each_event_arrives_when_it_is_sent(String model) throws IOException {
        stub.next(Reply.stream(Streams.of(model), Duration.ofMillis(700)));
        try (Socket caller = post("/api/chat/completions", ask(model))) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
            String line = lines.readLine();
            while (line != null && !line.contains("\"delta\"")) {
                line = lines.readLine();
            }
            // The first words are here, and the provider has not sent its last ones yet.
            assertThat(stub.inFlight()).isEqualTo(1);
            while (line != null && !line.contains("[DONE]")) {
                line = lines.readLine();
            }
            assertThat(line).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,500,500", "claude-haiku-4-5,429,429", "gemini-2.5-flash,400,400"})
    void a_refusal_before_the_first_byte_has_a_real_status(String model, int upstream, int status) {
        stub.always(Reply.error(upstream, "no").header("Retry-After", "200"));
        HttpResponse<String> response = gateway.post("/api/chat/completions", ask(model));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).at("/error/code").asText()).isNotEmpty();
    }

    @Test
    void an_error_as_the_first_event_has_a_real_status_too() {
        stub.always(Reply.stream(
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
                Duration.ZERO));
        HttpResponse<String> response = gateway.post("/api/chat/completions", ask("claude-haiku-4-5"));
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("provider_overloaded");
        assertThat(stub.requests()).as("tried again, for nothing was sent").isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o,/api/chat/completions,3", "gpt-4o,/v1/chat/completions,3", "claude-haiku-4-5,/api/chat/completions,4",
        "claude-haiku-4-5,/v1/messages,4", "gemini-2.5-flash,/api/chat/completions,1", "gpt-4o,/v1/messages,3"
    })
    void a_stream_that_breaks_off_ends_with_an_error_and_never_with_a_false_stop(
            String model, String path, int events) {
        stub.always(Reply.cut(Streams.first(Streams.of(model), events), Duration.ofMillis(30)));
        HttpResponse<String> response = gateway.post(path, ask(model));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("Hello ").contains("Provider API failure");
        assertThat(response.body())
                .doesNotContain("[DONE]", "message_stop", "\"finish_reason\":\"stop\"", "\"stop_reason\":\"end_turn\"");
        assertThat(stub.requests()).as("what has begun is not tried again").isEqualTo(1);
        assertThat(row()).containsEntry("status", "provider_error").containsEntry("total_tokens", 0);
    }

    @Test
    void an_error_event_in_the_middle_is_an_error_event() {
        stub.always(Reply.stream(
                Streams.first(Streams.ANTHROPIC, 4)
                        + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n",
                Duration.ofMillis(20)));
        String body =
                gateway.post("/api/chat/completions", ask("claude-haiku-4-5")).body();
        assertThat(data(body)).last().asString().contains("\"code\":\"provider_overloaded\"");
    }

    @Test
    void a_provider_that_falls_silent_is_given_up() {
        stub.always(Reply.stream(Streams.OPENAI, Duration.ofSeconds(30)));
        HttpResponse<String> response = gateway.post("/api/chat/completions", ask("gpt-4o"));
        assertThat(response.body()).contains("provider_timeout");
        await().until(() -> stub.aborted() == 1);
        assertThat(row()).containsEntry("status", "timeout");
    }

    @Test
    void a_caller_who_leaves_ends_the_providers_work_and_is_billed_for_what_came() throws IOException {
        stub.always(Reply.stream(Streams.ANTHROPIC, Duration.ofMillis(200)));
        try (Socket caller = post("/api/chat/completions", ask("claude-haiku-4-5"))) {
            readUntil(caller.getInputStream(), "Hello ");
        }
        await().until(() -> stub.aborted() == 1);
        assertThat(row())
                .containsEntry("status", "client_gone")
                .containsEntry("usage_source", "estimated")
                .containsEntry("prompt_tokens", 12);
    }

    @Test
    void a_caller_who_leaves_in_a_long_pause_ends_the_providers_work_at_once() throws IOException {
        gateway.close();
        gateway = with().property("provider.stream-idle-ms", "60000").start();
        stub.always(Reply.stream(Streams.ANTHROPIC, Duration.ofSeconds(40)));
        try (Socket caller = post("/v1/messages", ask("claude-haiku-4-5"))) {
            readUntil(caller.getInputStream(), "message_start");
        }
        await().atMost(Duration.ofSeconds(15)).until(() -> stub.aborted() == 1);
        assertThat(row()).containsEntry("status", "client_gone");
    }

    @Test
    void gemini_is_heard_out_when_the_caller_leaves_because_it_bills_all_the_same() throws IOException {
        stub.always(Reply.stream(Streams.GOOGLE, Duration.ofMillis(400)));
        try (Socket caller = post("/api/chat/completions", ask("gemini-2.5-flash"))) {
            readUntil(caller.getInputStream(), "Hello ");
        }
        assertThat(row())
                .containsEntry("status", "client_gone")
                .containsEntry("usage_source", "provider")
                .containsEntry("completion_tokens", 34);
    }

    @Test
    void a_slow_reader_makes_its_own_provider_wait_and_nobody_else() throws IOException {
        StringBuilder events = new StringBuilder();
        String text = "x".repeat(20_000);
        for (int i = 0; i < 2_000; i++) {
            events.append("data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"")
                    .append(text)
                    .append("\"}}]}\n\n");
        }
        stub.next(Reply.stream(events + Streams.OPENAI, Duration.ZERO));
        try (Socket slow = post("/api/chat/completions", ask("gpt-4o"))) {
            readUntil(slow.getInputStream(), "delta");
            stub.next(Reply.stream(Streams.OPENAI, Duration.ZERO));
            HttpResponse<String> other = gateway.post("/api/chat/completions", ask("gpt-4o"));
            assertThat(other.body()).contains("[DONE]");
            assertThat(gateway.rows("select * from session_usage where status = 'client_gone'"))
                    .isEmpty();
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.rows("select * from session_usage where status = 'client_gone'")
                                .size()
                        == 1);
    }

    private Socket post(String path, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Socket socket = new Socket("127.0.0.1", gateway.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                + bytes.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return socket;
    }

    private static void readUntil(InputStream in, String words) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(words) < 0) {
            int b = in.read();
            assertThat(b).as("the stream ended with %s", read).isGreaterThanOrEqualTo(0);
            read.append((char) b);
        }
    }

    private static List<String> data(String body) {
        List<String> data = new ArrayList<>();
        body.lines().filter(line -> line.startsWith("data: ")).forEach(line -> data.add(line.substring(6)));
        return data;
    }

    private Map<String, Object> row() {
        return await().until(() -> gateway.rows("select * from session_usage"), rows -> !rows.isEmpty())
                .get(0);
    }
}
