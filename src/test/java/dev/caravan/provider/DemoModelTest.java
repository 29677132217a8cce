package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoModelTest {

    private static final String ASKED =
            "{\"model\":\"demo\",\"messages\":[{\"role\":\"system\",\"content\":\"Be kind\"},"
                    + "{\"role\":\"user\",\"content\":\"Wie geht's, Jörg? 👋\"}]%s}";

    private final DemoTranslator translator = new DemoTranslator();
    private final DemoModel model = new DemoModel();

    @Test
    void says_that_it_is_a_demo_and_which_question_it_got() {
        ChatResponse response = ask("");

        assertThat(response.content()).contains("demo model").contains("Wie geht's, Jörg? 👋");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.id()).startsWith("chatcmpl-");
    }

    @Test
    void answers_the_same_question_in_the_same_words() {
        assertThat(ask("").content()).isEqualTo(ask("").content());
    }

    @Test
    void counts_a_token_for_every_four_bytes_begun() {
        ChatResponse response = ask("");
        int prompt = 7 + "Wie geht's, Jörg? 👋".getBytes(StandardCharsets.UTF_8).length;
        int answer = response.content().getBytes(StandardCharsets.UTF_8).length;

        assertThat(response.usage().promptTokens()).isEqualTo((prompt + 3) / 4);
        assertThat(response.usage().completionTokens()).isEqualTo((answer + 3) / 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 18, 19})
    void never_says_more_than_it_may_and_cuts_no_character(int limit) {
        ChatResponse response = ask(",\"max_tokens\":" + limit);

        assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(response.usage().completionTokens()).isBetween(1L, (long) limit);
        assertThat(ask("").content()).startsWith(response.content());
        assertThat(response.content()).isNotEmpty();
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(response.content()))
                .isTrue();
    }

    @Test
    void an_empty_question_costs_one_token() {
        byte[] body = "{\"messages\":[{\"role\":\"user\",\"text\":\"\"}],\"max_tokens\":5000}"
                .getBytes(StandardCharsets.UTF_8);
        ChatResponse response = translator.toResponse(model.answer(body), ChatRequests.DEMO);

        assertThat(response.usage().promptTokens()).isEqualTo(1);
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void refuses_an_image_rather_than_overlook_it() {
        String body = """
                {"model":"demo","messages":[{"role":"user","content":"a"},{"role":"user","content":[
                 {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}]}""";

        assertThatThrownBy(() -> translator.toUpstream(ChatRequests.read(body), ChatRequests.DEMO))
                .asInstanceOf(type(RequestException.class))
                .returns("messages[1].content", GatewayException::param);
    }

    @Test
    void refuses_more_than_one_choice() {
        assertThatThrownBy(() -> ask(",\"n\":2"))
                .asInstanceOf(type(RequestException.class))
                .returns(ErrorCode.OUT_OF_RANGE, GatewayException::code);
    }

    @Test
    void a_broken_answer_or_status_is_a_fault() {
        assertThatThrownBy(() -> translator.toResponse("{}".getBytes(StandardCharsets.UTF_8), ChatRequests.DEMO))
                .isInstanceOf(ProviderFault.class);
        assertThat(translator
                        .toError(new UpstreamError(500, null, null, Map.of(), Instant.EPOCH))
                        .code())
                .isEqualTo(ErrorCode.PROVIDER_ERROR);
    }

    private ChatResponse ask(String fields) {
        UpstreamRequest upstream = translator.toUpstream(ChatRequests.read(ASKED.formatted(fields)), ChatRequests.DEMO);
        return translator.toResponse(model.answer(upstream.body()), ChatRequests.DEMO);
    }
}
