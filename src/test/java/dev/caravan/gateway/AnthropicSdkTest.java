package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.ImageBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.ThinkingConfigEnabled;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
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

/** Anthropic's own SDK, unchanged, against every provider. */
class AnthropicSdkTest {

    private static StubProvider stub;
    private static RunningGateway gateway;
    private static AnthropicClient anthropic;

    @BeforeAll
    static void start() {
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .property("retry.max-attempts", "1")
                .start();
        anthropic = AnthropicOkHttpClient.builder()
                .baseUrl(gateway.address())
                .apiKey("unused")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        anthropic.close();
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

    private static MessageCreateParams.Builder ask(String model) {
        return MessageCreateParams.builder().model(model).maxTokens(100).system("Be brief.");
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,openai", "claude-haiku-4-5,anthropic", "gemini-2.5-flash,google"})
    void answers(String model, String provider) {
        Message answer =
                anthropic.messages().create(ask(model).addUserMessage("Hi").build());
        answer.validate();
        assertThat(answer.content().get(0).asText().text()).isEqualTo("Hello from " + provider);
        assertThat(answer.usage().outputTokens()).isEqualTo(34);
        assertThat(answer.stopReason().orElseThrow().asString()).isEqualTo("end_turn");
        assertThat(answer._additionalProperties()).containsKey("cost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void streams(String model) {
        stub.next(Reply.stream(Streams.of(model), Duration.ZERO));
        MessageAccumulator whole = MessageAccumulator.create();
        try (var stream = anthropic
                .messages()
                .createStreaming(ask(model).addUserMessage("Hi").build())) {
            stream.stream().forEach(event -> whole.accumulate(event.validate()));
        }
        assertThat(whole.message().content().get(0).asText().text()).isEqualTo("Hello world");
        assertThat(whole.message().usage().outputTokens()).isEqualTo(34);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"})
    void runs_a_whole_loop_of_tool_call_and_result(String model) {
        stub.next(Reply.json(ToolCalls.of(model)));
        Tool weather = Tool.builder()
                .name("weather")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(Tool.InputSchema.Properties.builder()
                                .putAdditionalProperty("city", JsonValue.from(Map.of("type", "string")))
                                .build())
                        .build())
                .build();
        Message first = anthropic
                .messages()
                .create(ask(model)
                        .addTool(weather)
                        .addUserMessage("Weather in Paris?")
                        .build());
        first.validate();
        assertThat(first.stopReason().orElseThrow().asString()).isEqualTo("tool_use");
        ToolUseBlock call = first.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .findFirst()
                .orElseThrow();
        assertThat(call.name()).isEqualTo("weather");
        assertThat(call._input()).isEqualTo(JsonValue.from(Map.of("city", "Paris")));

        Message second = anthropic
                .messages()
                .create(ask(model)
                        .addTool(weather)
                        .addUserMessage("Weather in Paris?")
                        .addMessage(first)
                        .addUserMessageOfContentBlockParams(
                                List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                        .toolUseId(call.id())
                                        .content("{\"celsius\":21}")
                                        .build())))
                        .build());
        assertThat(second.content().get(0).asText().text()).startsWith("Hello from");
        assertThat(stub.last().body().toString()).contains("weather", "Paris", "celsius");
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o,image_url", "claude-haiku-4-5,base64", "gemini-2.5-flash,inlineData"})
    void sends_images(String model, String seen) {
        ContentBlockParam image = ContentBlockParam.ofImage(ImageBlockParam.builder()
                .source(Base64ImageSource.builder()
                        .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                        .data("iVBORw0KGgo=")
                        .build())
                .build());
        ContentBlockParam text = ContentBlockParam.ofText(
                TextBlockParam.builder().text("What is this?").build());
        Message answer = anthropic
                .messages()
                .create(ask(model)
                        .addUserMessageOfContentBlockParams(List.of(image, text))
                        .build());
        assertThat(answer.content()).hasSize(1);
        assertThat(stub.last().body().toString()).contains(seen, "iVBORw0KGgo=", "What is this?");
    }

    @ParameterizedTest
    @CsvSource({"o4-mini,reasoning_effort", "claude-haiku-4-5,budget_tokens", "gemini-2.5-flash,thinkingBudget"})
    void asks_for_thinking(String model, String seen) {
        anthropic
                .messages()
                .create(MessageCreateParams.builder()
                        .model(model)
                        .maxTokens(4000)
                        .thinking(ThinkingConfigEnabled.builder()
                                .budgetTokens(2000)
                                .build())
                        .addUserMessage("Hi")
                        .build());
        assertThat(stub.last().body().toString()).contains(seen);
    }

    @Test
    void counts_tokens() {
        long tokens = anthropic
                .messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("claude-haiku-4-5")
                        .addUserMessage("Hello, how are you?")
                        .build())
                .inputTokens();
        assertThat(tokens).isBetween(3L, 30L);
    }

    @Test
    void errors_are_the_classes_that_callers_catch() {
        assertThatThrownBy(() -> anthropic
                        .messages()
                        .create(ask("claude-unknown").addUserMessage("Hi").build()))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> anthropic
                        .messages()
                        .create(MessageCreateParams.builder()
                                .model("claude-haiku-4-5")
                                .maxTokens(10_000_000)
                                .addUserMessage("Hi")
                                .build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("max_tokens");
        stub.next(Reply.error(429, "slow down"));
        assertThatThrownBy(() -> anthropic
                        .messages()
                        .create(ask("claude-haiku-4-5").addUserMessage("Hi").build()))
                .isInstanceOf(RateLimitException.class);
    }
}
