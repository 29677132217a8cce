package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelChecksTest {

    private static final Catalog CATALOG = new CatalogFile(Set.of("openai", "anthropic", "google", "demo"))
            .read(Path.of("data", "models_config.json"));

    private static final String IMAGE = """
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":[
              {"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}
            """;

    private static final String TOOLS = """
            {"model":"m","messages":[{"role":"user","content":"a"}],
             "tools":[{"type":"function","function":{"name":"f"}}]}
            """;

    private static void check(String body, String model) {
        ChatRequest request = new ApiDialect(() -> "s").parse(body.getBytes(StandardCharsets.UTF_8), IdHeaders.NONE);
        ModelChecks.check(request, CATALOG.require(model));
    }

    private static RequestException refusal(String body, String model) {
        return catchThrowableOfType(RequestException.class, () -> check(body, model));
    }

    @ParameterizedTest
    @CsvSource({
        "max_tokens, 4097",
        "max_completion_tokens, 4097",
        "max_tokens, 99999999999999999999",
    })
    void refuses_more_tokens_than_the_model_gives_naming_the_field_that_was_used(String field, String value) {
        RequestException failure = refusal(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"" + field + "\":" + value
                        + "}",
                "gpt-4-turbo-preview");

        assertThat(failure.text()).isEqualTo(field + " must be at most 4096 for gpt-4-turbo-preview");
        assertThat(failure.param()).isEqualTo(field);
        assertThat(failure.code().wireName()).isEqualTo("max_tokens_too_large");
    }

    @Test
    void takes_exactly_as_many_tokens_as_the_model_gives() {
        assertThatCode(() -> check(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":4096}",
                        "gpt-4-turbo-preview"))
                .doesNotThrowAnyException();
    }

    @Test
    void refuses_an_image_for_a_model_that_sees_none() {
        RequestException failure = refusal(IMAGE, "gemini-pro");

        assertThat(failure.param()).isEqualTo("messages[1].content[1]");
        assertThat(failure.code().wireName()).isEqualTo("unsupported_parameter");
        assertThat(failure.text()).isEqualTo("messages[1].content[1] cannot hold an image: gemini-pro sees no images");
        assertThatCode(() -> check(IMAGE, "gpt-4o")).doesNotThrowAnyException();
    }

    @Test
    void refuses_tools_for_a_model_that_calls_none() {
        RequestException failure = refusal(TOOLS, "gpt-5-chat-latest");

        assertThat(failure.param()).isEqualTo("tools");
        assertThat(failure.code().wireName()).isEqualTo("unsupported_parameter");
        assertThatCode(() -> check(TOOLS, "gpt-4o")).doesNotThrowAnyException();
    }
}
