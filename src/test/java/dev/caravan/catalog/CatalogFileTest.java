package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.catalog.Capabilities.ReasoningControl;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogFileTest {

    private static final String NAME = "data/models_config.json";
    private static final CatalogFile FILE = new CatalogFile(Set.of("openai", "anthropic", "google", "demo"));

    private static final String GOOD = """
            { "version": "2026-11-22", "currency": "USD", "price_unit": "per_1k_tokens", "_note": [1],
              "models": { "_group": "x",
                "gpt-4o": {
                  "provider": "openai", "display_name": "GPT-4o", "upstream_model": "gpt-4o-real",
                  "context_window": 128000, "max_output_tokens": 16384,
                  "pricing": { "input": 0.00250, "output": 0.01, "cached_input": 1.25e-3, "cache_write": 0.003,
                    "cache_write_1h": 0.005, "_why": "x",
                    "tiers": [
                      { "above_input_tokens": 1000, "input": 0.005, "output": 0.02, "cached_input": 0.0025,
                        "cache_write": 0.006, "cache_write_1h": 0.01 },
                      { "above_input_tokens": 2000, "input": 0.006, "output": 0.03, "cached_input": 0.0026,
                        "cache_write": 0.007, "cache_write_1h": 0.02 } ] },
                  "capabilities": { "vision": true, "tools": true, "reasoning": true, "sampling": false } } } }
            """;

    private static Catalog read(String json) {
        return FILE.read(NAME, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void reads_every_figure_exactly() {
        Catalog catalog = read(GOOD);

        Model model = catalog.require("gpt-4o");
        assertThat(catalog.version()).isEqualTo("2026-11-22");
        assertThat(model.provider()).isEqualTo("openai");
        assertThat(model.displayName()).isEqualTo("GPT-4o");
        assertThat(model.upstreamModel()).isEqualTo("gpt-4o-real");
        assertThat(model.contextWindow()).isEqualTo(128000);
        assertThat(model.maxOutputTokens()).isEqualTo(16384);
        assertThat(model.pricing().input()).isEqualByComparingTo("0.0025");
        assertThat(model.pricing().cachedInput()).isEqualByComparingTo("0.00125");
        assertThat(model.pricing().at(1000).output()).isEqualByComparingTo("0.01");
        assertThat(model.pricing().at(1001).output()).isEqualByComparingTo("0.02");
        assertThat(model.pricing().at(2001).cacheWrite1h()).isEqualByComparingTo("0.02");
        assertThat(model.capabilities()).isEqualTo(new Capabilities(true, true, true, false, ReasoningControl.EFFORT));
    }

    @Test
    void keeps_a_price_that_no_double_can_hold() {
        Catalog catalog = read(GOOD.replace("0.00250", "0.123456789012"));

        assertThat(catalog.require("gpt-4o").pricing().input()).isEqualTo(new BigDecimal("0.123456789012"));
    }

    @Test
    void fills_in_what_may_be_left_out() {
        Catalog catalog = read("""
                { "version": "1", "currency": "USD", "price_unit": "per_1k_tokens", "models": { "demo": {
                  "provider": "demo", "context_window": 10, "max_output_tokens": 10,
                  "pricing": { "input": 0, "output": 0 }, "capabilities": {} } } }
                """);

        Model demo = catalog.require("demo");
        assertThat(demo.displayName()).isEqualTo("demo");
        assertThat(demo.upstreamModel()).isEqualTo("demo");
        assertThat(demo.capabilities()).isEqualTo(new Capabilities(false, false, false, true, null));
        assertThat(demo.pricing().tiers()).isEmpty();
    }

    @Test
    void leaves_out_a_disabled_entry_of_a_provider_that_is_not_known() {
        Catalog catalog = read(GOOD.replace("\"_group\": \"x\",", """
                "local": { "enabled": false, "provider": "ollama", "context_window": 10, "max_output_tokens": 5,
                  "pricing": { "input": 0, "output": 0 }, "capabilities": {} },
                """));

        assertThat(catalog.models()).extracting(Model::id).containsExactly("gpt-4o");
    }

    @Test
    void reads_fallbacks_which_may_name_each_other_because_only_the_first_list_is_followed() {
        Catalog catalog = read(GOOD.replace("\"GPT-4o\"", "\"GPT-4o\", \"fallbacks\": [\"demo\"]")
                .replace("\"_group\": \"x\",", """
                        "demo": { "provider": "demo", "fallbacks": ["gpt-4o"], "context_window": 10, "max_output_tokens": 5,
                          "pricing": { "input": 0, "output": 0 }, "capabilities": {} },
                        """));

        assertThat(catalog.require("gpt-4o").fallbacks()).containsExactly("demo");
        assertThat(catalog.require("demo").fallbacks()).containsExactly("gpt-4o");
    }

    @Test
    void refuses_a_fallback_that_is_disabled() {
        assertThatThrownBy(() -> read(GOOD.replace("\"GPT-4o\"", "\"GPT-4o\", \"fallbacks\": [\"demo\"]")
                        .replace("\"_group\": \"x\",", """
                        "demo": { "enabled": false, "provider": "demo", "context_window": 10, "max_output_tokens": 5,
                          "pricing": { "input": 0, "output": 0 }, "capabilities": {} },
                        """)))
                .isInstanceOf(CatalogException.class)
                .hasMessage(NAME
                        + ": models.gpt-4o.fallbacks[0] must be a model of this file that is enabled, was \"demo\"");
    }

    @Test
    void checks_a_disabled_entry_all_the_same() {
        assertThatThrownBy(() -> read(GOOD.replace("\"provider\"", "\"enabled\": false, \"provider\"")
                        .replace("0.00250", "-1")))
                .isInstanceOf(CatalogException.class)
                .hasMessage(NAME + ": models.gpt-4o.pricing.input must be a number of at least 0, was -1");
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "0.00250 | \"abc\" | models.gpt-4o.pricing.input must be a number of at least 0, was \"abc\"",
                "0.00250 | -0.1 | models.gpt-4o.pricing.input must be a number of at least 0, was -0.1",
                "0.00250 | null | models.gpt-4o.pricing.input must be a number of at least 0, was null",
                "0.00250 | NaN | is not valid JSON at line 6",
                "0.00250 | 2.5 | models.gpt-4o.pricing.input must be less than 1 USD per 1,000 tokens (is it a price per million?), was 2.5",
                "0.00250 | 1e999999999 | models.gpt-4o.pricing.input must be less than 1 USD",
                "0.00250 | 1e-999999999 | models.gpt-4o.pricing.input must have at most 12 decimals",
                "\"input\": 0.00250, | '' | models.gpt-4o.pricing.input is missing: it must be a number",
                "1.25e-3 | 0.0026 | models.gpt-4o.pricing.cached_input must be at most the input price, was 0.0026",
                "\"cached_input\": 1.25 | \"cashed_input\": 1.25 | models.gpt-4o.pricing.cashed_input is not a known field",
                "\"cached_input\": 0.0025, | '' | models.gpt-4o.pricing.tiers[0].cached_input is missing: a tier must give each rate",
                "2000 | 1000 | models.gpt-4o.pricing.tiers[1].above_input_tokens must be greater than that of the tier before it, was 1000",
                "\"input\": 0.006, | '' | models.gpt-4o.pricing.tiers[1].input is missing",
                "\"tiers\": [ | \"tiers\": 5, \"x\": [ | models.gpt-4o.pricing.tiers must be an array, was 5",
                "\"openai\" | \"opneai\" | models.gpt-4o.provider must be one of anthropic, demo, google, openai, was \"opneai\"",
                "gpt-4o-real | ../../evil | models.gpt-4o.upstream_model must be made of A-Z a-z 0-9 . _ : / @ - only",
                "gpt-4o-real | /gpt | models.gpt-4o.upstream_model must be made of",
                "gpt-4o-real | a?b | models.gpt-4o.upstream_model must be made of",
                "gpt-4o-real | a\\u0000b | models.gpt-4o.upstream_model must not have control characters",
                "\"GPT-4o\" | \"\" | models.gpt-4o.display_name must be a string that is not empty, was \"\"",
                "128000 | 0 | models.gpt-4o.context_window must be a whole number of at least 1, was 0",
                "128000 | 1.5 | models.gpt-4o.context_window must be a whole number of at least 1, was 1.5",
                "128000 | 99999999999999999999 | models.gpt-4o.context_window must be a whole number of at least 1",
                "16384 | 128001 | models.gpt-4o.max_output_tokens must be at most the context_window of 128000, was 128001",
                "\"max_output_tokens\": 16384, | '' | models.gpt-4o.max_output_tokens is missing",
                "\"sampling\": false | \"sampling\": \"no\" | models.gpt-4o.capabilities.sampling must be true or false, was \"no\"",
                "\"sampling\": false | \"samplin\": false | models.gpt-4o.capabilities.samplin is not a known field",
                "\"sampling\": false | \"reasoning_control\": \"hard\" | models.gpt-4o.capabilities.reasoning_control must be one of effort, budget, level, was \"hard\"",
                "\"reasoning\": true | \"reasoning_control\": \"effort\" | models.gpt-4o.capabilities.reasoning_control must be left out where reasoning is not true",
                "\"GPT-4o\" | \"x\", \"fallbacks\": \"demo\" | models.gpt-4o.fallbacks must be an array of strings, was \"demo\"",
                "\"GPT-4o\" | \"x\", \"fallbacks\": [7] | models.gpt-4o.fallbacks[0] must be a string, was 7",
                "\"GPT-4o\" | \"x\", \"fallbacks\": [\"a\\nb\"] | models.gpt-4o.fallbacks[0] must be the name of a model",
                "\"GPT-4o\" | \"x\", \"fallbacks\": [\"none\"] | models.gpt-4o.fallbacks[0] must be a model of this file that is enabled, was \"none\"",
                "\"GPT-4o\" | \"x\", \"fallbacks\": [\"gpt-4o\"] | models.gpt-4o.fallbacks[0] must be another model than the entry's own and those before it, was \"gpt-4o\"",
                "\"GPT-4o\" | \"x\", \"fallbacks\": [\"a\", \"b\", \"a\"] | models.gpt-4o.fallbacks[2] must be another model than the entry's own and those before it, was \"a\"",
                "\"GPT-4o\" | \"x\", \"fallbacks\": [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"] | models.gpt-4o.fallbacks must name at most 5 models",
                "\"USD\" | \"EUR\" | currency must be \"USD\", was \"EUR\"",
                "\"per_1k_tokens\" | \"per_1m_tokens\" | price_unit must be \"per_1k_tokens\", was \"per_1m_tokens\"",
                "\"version\": \"2026-11-22\", | '' | version is missing",
                "\"_note\": [1] | \"notes\": [1] | notes is not a known field",
                "\"_note\": [1] | \"currency\": \"USD\" | Duplicate field 'currency'",
                "\"gpt-4o\": { | \"gpt 4o\": { | models.gpt 4o must be a name of A-Z",
                "\"gpt-4o\": { | \"demo\": 7, \"gpt-4o\": { | models.demo must be an object, was 7",
                "\"models\": { | \"models\": {}, \"x\": { | x is not a known field",
            })
    void names_file_and_field_of_each_mistake(String from, String to, String expected) {
        assertThat(GOOD).contains(from);
        String replacement = to.equals("''") ? "" : to;

        assertThatThrownBy(() -> read(GOOD.replaceFirst(
                        java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(replacement))))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith(NAME + ": ")
                .hasMessageContaining(expected)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[] | the file must be an object, was an array",
                "{} {} | is not valid JSON",
                "{ | is not valid JSON"
            })
    void refuses_a_file_that_is_no_object(String json, String expected) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void refuses_a_file_that_is_empty_missing_or_no_utf_8() {
        assertThatThrownBy(() -> read("")).isInstanceOf(CatalogException.class).hasMessageStartingWith(NAME + ": ");
        assertThatThrownBy(() -> FILE.read(NAME, new byte[] {'{', (byte) 0xff, '}'}))
                .isInstanceOf(CatalogException.class)
                .hasMessage(NAME + ": is not valid UTF-8");
        assertThatThrownBy(() -> FILE.read(Path.of("data", "none.json")))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith("data/none.json: there is no such file");
    }

    @Test
    void refuses_a_catalogue_without_a_model_that_is_enabled() {
        assertThatThrownBy(() -> read(GOOD.replace("\"provider\"", "\"enabled\": false, \"provider\"")))
                .isInstanceOf(CatalogException.class)
                .hasMessage(NAME + ": models must name at least one model that is enabled");
    }

    @ParameterizedTest
    @CsvSource({
        "openai,o3,EFFORT",
        "demo,demo,EFFORT",
        "anthropic,claude-3-7-sonnet-20250219,BUDGET",
        "anthropic,claude-sonnet-4-20250514,BUDGET",
        "anthropic,claude-opus-4-1-20250805,BUDGET",
        "anthropic,claude-sonnet-4-5-20250929,BUDGET",
        "anthropic,claude-haiku-4-5,BUDGET",
        "anthropic,claude-opus-4-5,EFFORT",
        "anthropic,claude-opus-4-5-20251101,EFFORT",
        "anthropic,claude-sonnet-4-6,EFFORT",
        "anthropic,claude-opus-4-8,EFFORT",
        "anthropic,claude-sonnet-5,EFFORT",
        "anthropic,claude-fable-5,EFFORT",
        "anthropic,claude-opus-5-5,EFFORT",
        "google,gemini-2.5-pro,BUDGET",
        "google,gemini-flash-latest,BUDGET",
        "google,gemini-3-flash-preview,LEVEL",
        "google,gemini-3.6-flash,LEVEL",
    })
    void derives_how_a_model_is_told_to_think(String provider, String upstream, ReasoningControl expected) {
        Catalog catalog = read(GOOD.replace("\"openai\"", '"' + provider + '"').replace("gpt-4o-real", upstream));

        assertThat(catalog.require("gpt-4o").capabilities().reasoningControl()).isEqualTo(expected);
    }

    @Test
    void takes_the_files_word_on_how_a_model_is_told_to_think() {
        Catalog catalog = read(GOOD.replace("\"sampling\"", "\"reasoning_control\": \"budget\", \"sampling\""));

        assertThat(catalog.require("gpt-4o").capabilities().reasoningControl()).isEqualTo(ReasoningControl.BUDGET);
    }
}
