package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import dev.caravan.catalog.Capabilities;
import dev.caravan.catalog.Model;
import dev.caravan.catalog.Pricing;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ContentPart;
import dev.caravan.wire.Role;
import dev.caravan.wire.Tool;
import dev.caravan.wire.ToolCall;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCounterTest {

    private static final TokenCounter COUNTER = new TokenCounter();

    @Test
    void counts_with_the_tokenizer_of_the_model() {
        // o200k_base has one token for the word, cl100k_base none.
        assertThat(COUNTER.textTokens("hello world", openai("gpt-4o", 1000))).isEqualTo(2);
        assertThat(COUNTER.textTokens("日本".repeat(10), openai("gpt-4-turbo", 1000)))
                .isGreaterThan(COUNTER.textTokens("日本".repeat(10), openai("gpt-5", 1000)));
        assertThat(COUNTER.textTokens("", openai("gpt-4o", 1000))).isZero();
    }

    @Test
    void estimates_for_other_providers_a_quarter_for_ascii_and_one_for_each_other_character() {
        assertThat(COUNTER.textTokens("abcdefgh", claude(1000))).isEqualTo(2);
        assertThat(COUNTER.textTokens("日本😀", claude(1000))).isEqualTo(3);
    }

    @Test
    void counts_messages_tool_calls_and_tools_but_no_pictures() throws Exception {
        ChatMessage user = new ChatMessage(
                Role.USER,
                List.of(
                        new ContentPart.Text("x".repeat(40)),
                        new ContentPart.Image("data:image/png;base64," + "A".repeat(100_000), null),
                        new ContentPart.Other(
                                "file",
                                new ObjectMapper().readTree("{\"file_data\":\"" + "B".repeat(100_000) + "\"}"))),
                List.of(),
                null,
                null);
        ChatMessage assistant = new ChatMessage(
                Role.ASSISTANT,
                List.of(),
                List.of(new ToolCall("call_1", "find", "{\"query\":1}", null, null)),
                null,
                null);
        Tool tool = new Tool(
                "function", "find", "d".repeat(40), new ObjectMapper().readTree("{\"type\":\"object\"}"), null);

        // 40/4 + 4/4 + 11/4 up + 4/4 + 40/4 + 17/4 up, and two messages with their frames
        assertThat(COUNTER.promptTokens(request(List.of(user, assistant), List.of(tool)), claude(1000)))
                .isEqualTo(10 + 1 + 3 + 1 + 10 + 5 + 2 * 4 + 3);
    }

    @Test
    void lets_85_percent_of_the_window_through_and_no_token_more() {
        // 7 tokens around the message; each " a" is one.
        String text = " a".repeat(843);
        assertThatCode(() -> COUNTER.check(request(text), openai("gpt-4o", 1000)))
                .doesNotThrowAnyException();

        RequestException e = catchThrowableOfType(
                RequestException.class, () -> COUNTER.check(request(text + " a"), openai("gpt-4o", 1000)));

        assertThat(e.code()).isEqualTo(ErrorCode.CONTEXT_TOO_LONG);
        assertThat(e.param()).isEqualTo("messages");
        assertThat(e.text()).contains("850", "1000", "85 %", "gpt-4o");
    }

    @Test
    void refuses_what_cannot_fit_by_its_length_alone() {
        String text = "a".repeat(200 * 128 * 1000);

        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> COUNTER.check(request(text), openai("gpt-4o", 1000)));
    }

    /** The tokenizer alone takes seconds for some of these; in pieces all stay far below one, also on a busy machine. */
    @ParameterizedTest
    @ValueSource(strings = {"a", " ", "Z9", "日本", "\n", "=", "😀", "the quick brown fox ", "a\u0301", "\ud800"})
    void stays_fast_on_a_megabyte_of_anything(String unit) {
        String text = unit.repeat(1_000_000 / unit.length());
        for (String model : List.of("gpt-4o", "gpt-4-turbo")) {
            COUNTER.textTokens("warm", openai(model, 1000));
            assertThat(assertTimeout(Duration.ofSeconds(3), () -> COUNTER.textTokens(text, openai(model, 1000))))
                    .isPositive();
        }
    }

    @Test
    void counting_in_pieces_differs_from_counting_at_once_by_less_than_a_thousandth() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 20_000; i++) {
            text.append("The ")
                    .append(i)
                    .append(". sentence, with a number and some words")
                    .append(i % 9 == 0 ? ".\n" : ". ");
        }
        long atOnce = Encodings.newLazyEncodingRegistry()
                .getEncoding(EncodingType.O200K_BASE)
                .countTokensOrdinary(text.toString());

        assertThat(COUNTER.textTokens(text.toString(), openai("gpt-4o", 1000)))
                .isBetween(atOnce, atOnce + atOnce / 1000);
    }

    private static ChatRequest request(String text) {
        return request(
                List.of(new ChatMessage(Role.USER, List.of(new ContentPart.Text(text)), List.of(), null, null)),
                List.of());
    }

    private static ChatRequest request(List<ChatMessage> messages, List<Tool> tools) {
        return new ChatRequest(
                "m",
                messages,
                null,
                null,
                null,
                List.of(),
                tools,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                "s",
                "u",
                JsonNodeFactory.instance.objectNode());
    }

    private static Model openai(String name, long window) {
        return model("openai", name, window);
    }

    private static Model claude(long window) {
        return model("anthropic", "claude-sonnet-4-5", window);
    }

    private static Model model(String provider, String name, long window) {
        Pricing free = new Pricing(BigDecimal.ZERO, BigDecimal.ZERO, null, null, null, List.of());
        return new Model(
                name, provider, name, name, window, 100, free, new Capabilities(false, true, false, true, null));
    }
}
