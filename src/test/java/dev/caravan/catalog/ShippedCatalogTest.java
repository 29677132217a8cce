package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.catalog.Capabilities.ReasoningControl;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file that is shipped: readable, and with the prices that its sources say. */
class ShippedCatalogTest {

    private final Catalog catalog = new CatalogFile(Set.of("openai", "anthropic", "google", "demo"))
            .read(Path.of("data", "models_config.json"));

    @ParameterizedTest
    @CsvSource({
        "gpt-4-turbo-preview,openai,128000,4096,0.01,0.03",
        "claude-3-sonnet-20240229,anthropic,200000,4096,0.003,0.015",
        "gemini-pro,google,32768,2048,0.000125,0.000375",
        "gpt-4o-mini,openai,128000,16384,0.00015,0.0006",
        "gpt-5,openai,272000,128000,0.00125,0.01",
        "gpt-5.5,openai,1050000,128000,0.005,0.03",
        "gpt-5.6,openai,1050000,128000,0.004,0.02",
        "gpt-5.6-luna,openai,1050000,128000,0.0002,0.0012",
        "claude-haiku-4-5,anthropic,200000,64000,0.001,0.005",
        "claude-opus-4-8,anthropic,1000000,128000,0.005,0.025",
        "claude-sonnet-5,anthropic,1000000,128000,0.002,0.01",
        "claude-opus-5-5,anthropic,1000000,128000,0.004,0.02",
        "gemini-2.5-pro,google,1048576,65535,0.00125,0.01",
        "gemini-3.6-flash,google,1000000,65536,0.00075,0.00375",
        "demo,demo,32768,4096,0.001,0.002",
    })
    void has_the_right_price(String id, String provider, long context, int maxOutput, String input, String output) {
        Model model = catalog.require(id);

        assertThat(model.provider()).isEqualTo(provider);
        assertThat(model.upstreamModel()).isEqualTo(id);
        assertThat(model.contextWindow()).isEqualTo(context);
        assertThat(model.maxOutputTokens()).isEqualTo(maxOutput);
        assertThat(model.pricing().input()).isEqualByComparingTo(input);
        assertThat(model.pricing().output()).isEqualByComparingTo(output);
    }

    @Test
    void lists_every_model_of_the_sources_and_no_example() {
        assertThat(catalog.models()).hasSize(79).noneMatch(m -> m.provider().equals("ollama"));
    }

    @Test
    void reads_the_examples_once_their_provider_is_there_and_they_are_enabled() {
        CatalogFile withOllama = new CatalogFile(Set.of("openai", "anthropic", "google", "demo", "ollama"));

        assertThat(withOllama.read(Path.of("data", "models_config.json")).find("llama-local"))
                .isNull();
    }

    @Test
    void prices_a_long_prompt_by_its_tier() {
        Pricing luna = catalog.require("gpt-5.6-luna").pricing().at(272_001);
        Pricing sonnet = catalog.require("claude-sonnet-4-20250514").pricing().at(200_001);

        assertThat(luna.input()).isEqualByComparingTo("0.0004");
        assertThat(luna.output()).isEqualByComparingTo("0.0018");
        assertThat(sonnet.cacheWrite1h()).isEqualByComparingTo("0.012");
    }

    @Test
    void charges_an_hours_cache_write_of_anthropic_twice_the_input_price() {
        assertThat(catalog.models())
                .filteredOn(m -> m.provider().equals("anthropic"))
                .isNotEmpty()
                .allSatisfy(m -> assertThat(m.pricing().cacheWrite1h())
                        .isEqualByComparingTo(
                                m.pricing().input().add(m.pricing().input())));
    }

    @Test
    void knows_which_models_take_no_temperature_and_how_they_think() {
        assertThat(catalog.require("claude-opus-4-7").capabilities())
                .isEqualTo(new Capabilities(true, true, true, false, ReasoningControl.EFFORT));
        assertThat(catalog.require("gemini-2.5-flash").capabilities())
                .isEqualTo(new Capabilities(true, true, true, true, ReasoningControl.BUDGET));
    }
}
