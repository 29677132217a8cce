package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's own SDK, unchanged, against every provider. */
class OpenAiSdkTest {

    private static StubProvider stub;
    private static RunningGateway gateway;
    private static OpenAIClient openAi;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .property("retry.max-attempts", "1")
                .start();
        openAi = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey("unused")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        openAi.close();
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

    private static ChatCompletionCreateParams.Builder ask(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hi");
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,openai", "claude-haiku-4-5,anthropic", "gemini-2.5-flash,google"})
    void answers(String model, String provider) {
        ChatCompletion answer = openAi.chat().completions().create(ask(model).build());
        answer.validate();
        assertThat(answer.choices().get(0).message().content()).contains("Hello from " + provider);
        assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(46);
        assertThat(answer._additionalProperties()).containsKey("cost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void streams(String model) {
        stub.next(Reply.stream(Streams.of(model), Duration.ZERO));
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (var stream = openAi.chat().completions().createStreaming(ask(model).build())) {
            stream.stream().forEach(chunk -> whole.accumulate(chunk.validate()));
        }
        assertThat(whole.chatCompletion().choices().get(0).message().content()).contains("Hello world");
        assertThat(whole.chatCompletion().choices().get(0).finishReason().asString())
                .isEqualTo("stop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void runs_a_whole_loop_of_tool_call_and_result(String model) {
        stub.next(Reply.json(ToolCalls.of(model)));
        ChatCompletionFunctionTool weather = ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name("weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .build())
                        .build())
                .build();
        ChatCompletion first =
                openAi.chat().completions().create(ask(model).addTool(weather).build());
        ChatCompletionMessage message = first.choices().get(0).message();
        assertThat(first.choices().get(0).finishReason().asString()).isEqualTo("tool_calls");
        var call = message.toolCalls().orElseThrow().get(0).asFunction();
        assertThat(call.function().name()).isEqualTo("weather");
        assertThat(call.function().arguments()).contains("Paris");

        ChatCompletion second = openAi.chat()
                .completions()
                .create(ask(model)
                        .addTool(weather)
                        .addMessage(message)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("{\"celsius\":21}")
                                .build())
                        .build());
        assertThat(second.choices().get(0).message().content().orElseThrow()).startsWith("Hello from");
        assertThat(stub.last().body().toString()).contains("weather", "celsius");
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,image_url", "claude-haiku-4-5,base64", "gemini-2.5-flash,inlineData"})
    void sends_images(String model, String seen) {
        ChatCompletionContentPart text = ChatCompletionContentPart.ofText(
                ChatCompletionContentPartText.builder().text("What is this?").build());
        ChatCompletionContentPart image = ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                        .url("data:image/png;base64,iVBORw0KGgo=")
                        .build())
                .build());
        ChatCompletion answer = openAi.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model(model)
                        .addUserMessageOfArrayOfContentParts(List.of(text, image))
                        .build());
        assertThat(answer.choices()).hasSize(1);
        assertThat(stub.last().body().toString()).contains(seen, "iVBORw0KGgo=");
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,json_schema", "claude-haiku-4-5,output_config", "gemini-2.5-flash,responseJsonSchema"})
    void asks_for_structured_output(String model, String seen) {
        ResponseFormatJsonSchema format = ResponseFormatJsonSchema.builder()
                .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                        .name("city")
                        .strict(true)
                        .schema(ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                                .build())
                        .build())
                .build();
        stub.next(Reply.ok().text("{}"));
        ChatCompletion answer = openAi.chat()
                .completions()
                .create(ask(model).responseFormat(format).build());
        assertThat(answer.choices().get(0).message().content()).contains("{}");
        assertThat(stub.last().body().toString()).contains(seen, "additionalProperties");
    }

    @Test
    void errors_are_the_classes_that_callers_catch() {
        assertThatThrownBy(() ->
                        openAi.chat().completions().create(ask("gpt-unknown").build()))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> openAi.chat()
                        .completions()
                        .create(ask("gpt-4o")
                                .temperature(2.0)
                                .maxCompletionTokens(10_000_000)
                                .build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("max_completion_tokens");
        stub.next(Reply.error(429, "slow down"));
        assertThatThrownBy(
                        () -> openAi.chat().completions().create(ask("gpt-4o").build()))
                .isInstanceOf(RateLimitException.class);
    }

    @Test
    void lists_models() {
        assertThat(openAi.models().list().data())
                .extracting(model -> model.id())
                .contains("gpt-4o", "gemini-2.5-flash");
        assertThat(openAi.models().retrieve("claude-haiku-4-5").id()).isEqualTo("claude-haiku-4-5");
    }
}
