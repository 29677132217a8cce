package dev.caravan.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StubProviderTest {

    private static final String OPENAI = "/v1/chat/completions";
    private static final String COMPAT = "/compat/v1/chat/completions";
    private static final String ANTHROPIC = "/v1/messages";
    private static final String GOOGLE = "/v1beta/models/gemini-pro:generateContent";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private StubProvider stub;

    @BeforeEach
    void start() {
        stub = StubProvider.start();
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    @ParameterizedTest
    @CsvSource({OPENAI + ",openai", COMPAT + ",compatible", ANTHROPIC + ",anthropic", GOOGLE + ",google"})
    void a_right_request_is_answered_in_its_format(String path, String provider) throws Exception {
        HttpResponse<String> response = send(request(path, right(path)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("Hello from " + provider, "12", "34");
        assertThat(stub.violations()).isEmpty();
        assertThat(stub.last().path()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                OPENAI + "|{'model':'gpt-4o','messages':[]}|no messages",
                OPENAI + "|{'messages':[{'role':'user','content':'hi'}]}|model is not a string",
                OPENAI
                        + "|{'model':'gpt-4o','session_id':'s','messages':[{'role':'user','content':'hi'}]}|field session_id",
                OPENAI + "|{'model':'gpt-4o','stop':null,'messages':[{'role':'user','content':'hi'}]}|field stop",
                OPENAI
                        + "|{'model':'gpt-4o','temperature':2.5,'messages':[{'role':'user','content':'hi'}]}|temperature 2.5",
                OPENAI + "|{'model':'o3','max_tokens':9,'messages':[{'role':'user','content':'hi'}]}|max_tokens or",
                OPENAI + "|{'model':'gpt-4o','messages':[{'role':'bot','content':'hi'}]}|role bot",
                OPENAI + "|{'model':'gpt-4o','messages':[{'role':'tool','tool_call_id':'x','content':'1'}]}|no call",
                COMPAT + "|{'model':'gpt-4o','user_id':'u','messages':[{'role':'user','content':'hi'}]}|field user_id",
                ANTHROPIC + "|{'model':'claude-3-5-haiku','messages':[{'role':'user','content':'hi'}]}|max_tokens",
                ANTHROPIC + "|{'model':'claude-3-5-haiku','max_tokens':9,'temperature':1.5,'messages':[{'role':'user',"
                        + "'content':'hi'}]}|temperature 1.5",
                ANTHROPIC + "|{'model':'claude-sonnet-4-5','max_tokens':9,'temperature':1,'top_p':1,'messages':"
                        + "[{'role':'user','content':'hi'}]}|together with top_p",
                ANTHROPIC + "|{'model':'claude-3-5-haiku','max_tokens':9,'messages':[{'role':'user','content':"
                        + "[{'type':'text','text':''}]}]}|an empty text block",
                ANTHROPIC + "|{'model':'claude-3-5-haiku','max_tokens':9,'messages':[{'role':'user','content':'hi'},"
                        + "{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'f','input':{}}]},"
                        + "{'role':'user','content':'so?'}]}|without its result",
                GOOGLE + "|{'model':'gemini-pro','contents':[{'role':'user','parts':[{'text':'hi'}]}]}|field model",
                GOOGLE + "|{'contents':[{'role':'assistant','parts':[{'text':'hi'}]}]}|role assistant",
                GOOGLE + "|{'contents':[{'role':'user','parts':[{'text':'hi','inlineData':{}}]}]}|2 kinds",
                GOOGLE + "|{'contents':[{'role':'user','parts':[{'functionResponse':{}}]}]}|without a name",
                GOOGLE + "|{'contents':[{'role':'user','parts':[{'fileData':{'fileUri':'http://x'}}]}]}|fileData",
                GOOGLE + "|{'generationConfig':{'maxOutputTokens':0},'contents':[{'role':'user','parts':[{'text':'hi'}]"
                        + "}]}|maxOutputTokens 0"
            },
            quoteCharacter = '`')
    void a_wrong_body_is_refused_and_remembered(String path, String body, String violation) throws Exception {
        HttpResponse<String> response = send(request(path, body.replace('\'', '"')));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(stub.violations()).anySatisfy(found -> assertThat(found).contains(violation));
    }

    @Test
    void calls_and_their_results_are_taken_in_each_format() throws Exception {
        send(request(OPENAI, """
                {"model":"gpt-4o","messages":[{"role":"user","content":"hi"},
                 {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function",
                  "function":{"name":"f","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"a","content":"1"}]}"""));
        send(request(ANTHROPIC, """
                {"model":"claude-3-5-haiku","max_tokens":9,"messages":[{"role":"user","content":"hi"},
                 {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"},
                  {"type":"text","text":"so?"}]}]}"""));
        send(request(GOOGLE, """
                {"contents":[{"role":"user","parts":[{"text":"hi"}]},
                 {"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"s"}]},
                 {"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]}"""));

        assertThat(stub.violations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, COMPAT, ANTHROPIC, GOOGLE})
    void a_header_of_the_callers_is_refused(String path) throws Exception {
        HttpResponse<String> response =
                send(request(path, right(path)).header("Cookie", "a=b").header("X-Request-Id", "1"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(stub.violations())
                .hasSize(2)
                .allSatisfy(found -> assertThat(found).contains("header"));
    }

    @Test
    void a_key_in_the_query_is_refused() throws Exception {
        send(request(GOOGLE + "?key=AIza-test-google", right(GOOGLE)));

        assertThat(stub.violations()).containsExactly("google: a key in the query");
    }

    @Test
    void another_path_is_refused() throws Exception {
        send(request("/v1/completions", right(OPENAI)));

        assertThat(stub.violations()).containsExactly("openai: path /v1/completions");
    }

    @ParameterizedTest
    @CsvSource({
        OPENAI + ",401,invalid_api_key",
        ANTHROPIC + ",401,authentication_error",
        GOOGLE + ",400,API_KEY_INVALID"
    })
    void a_missing_key_is_an_error_of_the_providers_and_no_violation(String path, int status, String word)
            throws Exception {
        HttpResponse<String> response = send(plain(path, right(path)));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(word);
        assertThat(stub.violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({OPENAI + ",rate_limit_exceeded", ANTHROPIC + ",rate_limit_error", GOOGLE + ",RESOURCE_EXHAUSTED"})
    void an_error_has_the_providers_shape_and_the_default_follows_it(String path, String word) throws Exception {
        stub.next(Reply.error(429, "slow down").header("Retry-After", "3"));

        HttpResponse<String> response = send(request(path, "{}"));

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("3");
        assertThat(response.body()).contains("slow down", word);
        assertThat(stub.violations()).isEmpty();
        assertThat(send(request(path, right(path))).statusCode()).isEqualTo(200);
    }

    @Test
    void a_connection_cut_by_the_stub_is_no_caller_who_left() {
        stub.next(Reply.reset(), Reply.half());

        assertThatThrownBy(() -> send(request(ANTHROPIC, right(ANTHROPIC)))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> send(request(ANTHROPIC, right(ANTHROPIC)))).isInstanceOf(IOException.class);
        assertThat(stub.requests()).isEqualTo(2);
        assertThat(stub.aborted()).isZero();
        assertThat(stub.maxInFlight()).isEqualTo(1);
    }

    @Test
    void a_caller_who_leaves_a_hanging_or_dripping_answer_is_counted() {
        stub.next(Reply.hang(), Reply.drip(Duration.ofMillis(5)));
        for (int left = 1; left <= 2; left++) {
            int seen = left;
            CompletableFuture<?> call =
                    client.sendAsync(request(OPENAI, right(OPENAI)).build(), HttpResponse.BodyHandlers.ofString());
            await().until(() -> stub.requests() == seen && stub.received().size() == seen);
            assertThat(call).isNotDone();
            call.cancel(true);
            await().until(() -> stub.aborted() == seen);
        }
    }

    @Test
    void slow_answers_wait_side_by_side() {
        stub.always(Reply.ok().text("late").usage(1, 2).delay(Duration.ofMillis(300)));
        CompletableFuture<?>[] calls = new CompletableFuture<?>[5];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = client.sendAsync(request(OPENAI, right(OPENAI)).build(), HttpResponse.BodyHandlers.ofString())
                    .thenAccept(response -> assertThat(response.body()).contains("late", "\"total_tokens\":3"));
        }
        CompletableFuture.allOf(calls).join();

        assertThat(stub.maxInFlight()).isEqualTo(5);
        assertThat(stub.aborted()).isZero();
    }

    private static String right(String path) {
        return switch (path) {
            case ANTHROPIC ->
                "{\"model\":\"claude-3-5-haiku\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
            case GOOGLE -> "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
            default -> "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        };
    }

    private HttpRequest.Builder request(String path, String body) {
        HttpRequest.Builder request = plain(path, body);
        return switch (Format.of(path.split("\\?")[0])) {
            case OPENAI -> request.header("Authorization", "Bearer sk-test-openai");
            case COMPATIBLE -> request.header("Authorization", "Bearer anything");
            case ANTHROPIC -> request.header("x-api-key", "sk-ant-test").header("anthropic-version", "2023-06-01");
            case GOOGLE -> request.header("x-goog-api-key", "AIza-test-google");
        };
    }

    private HttpRequest.Builder plain(String path, String body) {
        return HttpRequest.newBuilder(URI.create(stub.address() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
