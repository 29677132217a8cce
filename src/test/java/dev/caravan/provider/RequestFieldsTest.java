package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.RequestException;
import dev.caravan.provider.RequestFields.Format;
import dev.caravan.provider.RequestFields.Handling;
import dev.caravan.wire.Adjustment;
import dev.caravan.wire.ChatRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the table says of a field is what its provider's translator does with it. */
class RequestFieldsTest {

    static Stream<Arguments> fields_by_format() {
        return Stream.of(Format.values())
                .filter(format -> Translators.has(provider(format)))
                .flatMap(format -> RequestFields.names().stream().map(field -> Arguments.of(field, format)));
    }

    @Test
    void every_field_of_the_table_has_a_sample() {
        assertThat(RequestFieldSamples.all().keySet()).containsExactlyInAnyOrderElementsOf(RequestFields.names());
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("fields_by_format")
    void a_field_is_handled_as_the_table_says(String field, Format format) {
        Handling handling = Objects.requireNonNull(RequestFields.handling(field, format));
        Model model = RequestFieldSamples.model(field, format);
        ChatRequest request = ChatRequests.read(RequestFieldSamples.request(field, model));

        if (handling == Handling.REFUSED) {
            assertRefused(request, model, format, field);
            return;
        }
        UpstreamRequest upstream = translator(format).toUpstream(request, model);
        JsonNode body = ChatRequests.json(new String(upstream.body(), StandardCharsets.UTF_8));
        List<Adjustment> adjustments = upstream.adjustments().stream()
                .filter(adjustment -> adjustment.param().equals(field))
                .toList();
        switch (handling) {
            case PASSED -> {
                assertThat((Object) body.path(field)).isEqualTo(RequestFieldSamples.value(field));
                assertThat(adjustments).isEmpty();
            }
            case ADJUSTED -> {
                assertThat(adjustments).hasSize(1);
                assertThat((Object) adjustments.get(0).from()).isEqualTo(RequestFieldSamples.value(field));
                assertThat((Object) adjustments.get(0).to()).isNull();
                assertThat(body.has(field)).isFalse();
            }
            default -> {
                assertThat(adjustments).isEmpty();
                RequestFieldSamples.Shown shown =
                        RequestFieldSamples.of(field).shown().get(format);
                assertSaidElsewhere(shown, field, format);
                if (shown != null && shown.json().equals(RequestFieldSamples.ANYTHING)) {
                    assertThat(body.at(shown.pointer()).isMissingNode()).isFalse();
                } else if (shown != null) {
                    assertThat((Object) body.at(shown.pointer())).isEqualTo(ChatRequests.json(shown.json()));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void a_field_that_nobody_knows_goes_only_to_a_provider_of_the_callers_format(Format format) {
        assertThat(RequestFields.handling("brand_new", format)).isNull();
        Model model = RequestFieldSamples.model("brand_new", format);
        ChatRequest request = ChatRequests.read("""
                {"model":"%s","messages":[{"role":"user","content":"Hi"}],"brand_new":[1]}""".formatted(model.id()));
        if (format == Format.OPENAI) {
            assertThat(new String(translator(format).toUpstream(request, model).body(), StandardCharsets.UTF_8))
                    .contains("\"brand_new\":[1]");
        } else {
            assertRefused(request, model, format, "brand_new");
        }
    }

    @Test
    void the_table_for_people_has_every_field() {
        assertThat(RequestFields.markdown().lines())
                .hasSize(RequestFields.names().size() + 2);
        assertThat(RequestFields.markdown()).contains("| `seed` | passed | adjusted | translated | adjusted |\n");
    }

    /** Fields that show in the path, or whose only value is what the provider does anyway, have no place in the body. */
    private static void assertSaidElsewhere(
            RequestFieldSamples.@org.jspecify.annotations.Nullable Shown shown, String field, Format format) {
        if (shown == null) {
            assertThat(field + " by " + format)
                    .isIn(
                            "n by ANTHROPIC",
                            "n by GOOGLE",
                            "n by DEMO",
                            "stream_options by ANTHROPIC",
                            "stream_options by GOOGLE",
                            "stream_options by DEMO",
                            "stream by DEMO",
                            "stream by GOOGLE",
                            "model by GOOGLE");
        }
    }

    private static void assertRefused(ChatRequest request, Model model, Format format, String field) {
        assertThatThrownBy(() -> translator(format).toUpstream(request, model))
                .asInstanceOf(type(RequestException.class))
                .returns(field, GatewayException::param)
                .returns(ErrorCode.UNSUPPORTED_PARAMETER, GatewayException::code);
    }

    private static Translator translator(Format format) {
        return Translators.of(provider(format));
    }

    private static String provider(Format format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}
