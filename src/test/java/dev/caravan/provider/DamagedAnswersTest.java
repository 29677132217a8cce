package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.stub.Damage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever a provider sends: an answer, or its fault; never a mistake of ours. */
class DamagedAnswersTest {

    private static final Map<String, Model> MODELS = Map.of(
            "openai", ChatRequests.GPT_4O,
            "anthropic", ChatRequests.CLAUDE_SONNET_4_5,
            "google", ChatRequests.GEMINI_2_5_FLASH);

    @Test
    void a_damaged_answer_is_read_or_is_the_providers_fault() {
        Map<String, List<byte[]>> answers = Map.of(
                "openai", Damage.fixtures("openai", "upstream-response.json"),
                "anthropic", Damage.fixtures("anthropic", "upstream-response.json"),
                "google", Damage.fixtures("google", "upstream-response.json"));
        Damage.forAWhile(damage -> {
            String provider = damage.oneOf(List.of("openai", "anthropic", "google"));
            byte[] body = damage.json(damage.oneOf(answers.get(provider)));
            try {
                ChatResponse answer = Translators.of(provider).toResponse(body, MODELS.get(provider));
                assertThat(answer.id()).isNotEmpty();
            } catch (ProviderFault fault) {
                assertThat(fault.code()).isEqualTo(ErrorCode.PROVIDER_ERROR);
            } catch (RuntimeException e) {
                throw new AssertionError(provider + ": " + new String(body, StandardCharsets.UTF_8), e);
            }
        });
    }

    @Test
    void a_damaged_stream_is_read_to_its_end_or_ends_with_an_error() {
        Map<String, List<byte[]>> streams = Map.of(
                "openai", Damage.fixtures("openai", "upstream-response.sse"),
                "anthropic", Damage.fixtures("anthropic", "upstream-response.sse"),
                "google", Damage.fixtures("google", "upstream-response.sse"));
        ChatRequest request = ChatRequests.read(
                "{\"model\":\"gpt-4o\",\"stream\":true," + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        Damage.forAWhile(damage -> {
            String provider = damage.oneOf(List.of("openai", "anthropic", "google"));
            byte[] stream = damage.bytes(damage.oneOf(streams.get(provider)));
            List<SseEvent> whole = events(List.of(stream));
            assertThat(events(damage.pieces(stream))).isEqualTo(whole);

            StreamReader reader = Translators.of(provider).stream(request, MODELS.get(provider));
            try {
                whole.forEach(reader::read);
                reader.end();
            } catch (GatewayException error) {
                assertThat(error.code().status()).isBetween(400, 599);
            } catch (RuntimeException e) {
                throw new AssertionError(provider + ": " + new String(stream, StandardCharsets.UTF_8), e);
            }
            // Also where the stream broke: what came until then is billed.
            assertThat(reader.soFar().content()).isNotNull();
        });
    }

    private static List<SseEvent> events(List<byte[]> pieces) {
        SseParser parser = new SseParser();
        List<SseEvent> events = new ArrayList<>();
        pieces.forEach(piece -> parser.feed(piece, 0, piece.length, events::add));
        parser.end(events::add);
        return events;
    }
}
