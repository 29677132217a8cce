package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LangChain4j's OpenAI client, unchanged, against every provider. */
class LangChain4jTest {

    private static StubProvider stub;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .property("retry.max-attempts", "1")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stub.close();
    }

    @BeforeEach
    void freshStub() {
        stub.reset();
    }

    @AfterEach
    void nothing_out_of_format_was_sent() {
        assertThat(stub.violations()).isEmpty();
    }

    private static OpenAiChatModel client(String model) {
        return OpenAiChatModel.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey("unused")
                .modelName(model)
                .maxRetries(0)
                .build();
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,openai", "claude-haiku-4-5,anthropic", "gemini-2.5-flash,google"})
    void answers(String model, String provider) {
        assertThat(client(model).chat("Hi")).isEqualTo("Hello from " + provider);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void streams(String model) throws Exception {
        stub.next(Reply.stream(Streams.of(model), Duration.ZERO));
        OpenAiStreamingChatModel client = OpenAiStreamingChatModel.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey("unused")
                .modelName(model)
                .build();
        List<String> pieces = new CopyOnWriteArrayList<>();
        CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        client.chat("Hi", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                pieces.add(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                end.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                end.completeExceptionally(failure);
            }
        });
        ChatResponse response = end.get(20, TimeUnit.SECONDS);
        assertThat(String.join("", pieces)).isEqualTo("Hello world");
        assertThat(response.aiMessage().text()).isEqualTo("Hello world");
        assertThat(response.tokenUsage().totalTokenCount()).isEqualTo(46);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void runs_a_whole_loop_of_tool_call_and_result(String model) {
        stub.next(Reply.json(ToolCalls.of(model)));
        ToolSpecification weather = ToolSpecification.builder()
                .name("weather")
                .description("The weather of a city")
                .parameters(JsonObjectSchema.builder().addStringProperty("city").build())
                .build();
        UserMessage question = UserMessage.from("Weather in Paris?");
        AiMessage call = client(model)
                .chat(ChatRequest.builder()
                        .messages(question)
                        .toolSpecifications(weather)
                        .build())
                .aiMessage();
        assertThat(call.toolExecutionRequests()).singleElement().satisfies(request -> {
            assertThat(request.name()).isEqualTo("weather");
            assertThat(request.arguments()).contains("Paris");
        });
        ChatResponse answer = client(model)
                .chat(ChatRequest.builder()
                        .messages(
                                question,
                                call,
                                ToolExecutionResultMessage.from(
                                        call.toolExecutionRequests().get(0), "{\"celsius\":21}"))
                        .toolSpecifications(weather)
                        .build());
        assertThat(answer.aiMessage().text()).startsWith("Hello from");
        assertThat(stub.last().body().toString()).contains("weather", "Paris", "celsius");
    }
}
