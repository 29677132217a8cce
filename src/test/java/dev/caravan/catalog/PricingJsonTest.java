package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Prices as the ledger keeps them. */
class PricingJsonTest {

    private static final Catalog SHIPPED = new CatalogFile(Set.of("openai", "anthropic", "google", "demo", "ollama"))
            .read(Path.of("data/models_config.json"));

    @Test
    void reads_back_the_prices_of_every_model_that_is_shipped() {
        assertThat(SHIPPED.models()).hasSizeGreaterThan(50);
        for (Model model : SHIPPED.models()) {
            String json = PricingJson.write(model.pricing());
            assertThat(PricingJson.write(PricingJson.read(model.id(), json))).isEqualTo(json);
            assertThat(PricingJson.read(model.id(), json).input())
                    .isEqualByComparingTo(model.pricing().input());
        }
    }

    @Test
    void writes_the_same_prices_the_same_way_however_they_were_written() {
        assertThat(PricingJson.write(pricing("0.0100", "3E-2")))
                .isEqualTo(PricingJson.write(pricing("0.01", "0.03")))
                .isEqualTo("{\"input\":0.01,\"output\":0.03}");
        Pricing tiered = new Pricing(
                new BigDecimal("0.00125"),
                new BigDecimal("0.01"),
                new BigDecimal("0.000125"),
                null,
                null,
                List.of(new Pricing.Tier(
                        200_000,
                        new BigDecimal("0.0025"),
                        new BigDecimal("0.015"),
                        new BigDecimal("0.00025"),
                        null,
                        null)));
        String json = "{\"input\":0.00125,\"output\":0.01,\"cached_input\":0.000125,\"tiers\":"
                + "[{\"above_input_tokens\":200000,\"input\":0.0025,\"output\":0.015,\"cached_input\":0.00025}]}";
        assertThat(PricingJson.write(tiered)).isEqualTo(json);
        assertThat(PricingJson.read("x", json)).isEqualTo(tiered);
    }

    @Test
    void refuses_what_is_not_a_price() {
        assertThatThrownBy(() -> PricingJson.read("price of gpt-4o", "{\"input\":-1,\"output\":1}"))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("price of gpt-4o");
        assertThatThrownBy(() -> PricingJson.read("x", "nonsense")).isInstanceOf(CatalogException.class);
    }

    @Test
    void another_price_is_another_price_version_although_the_file_keeps_its_version() {
        Catalog before = catalog("2026-11-22", pricing("0.01", "0.03"));
        assertThat(before.priceVersion()).matches("2026-11-22-[0-9a-f]{8}");
        assertThat(catalog("2026-11-22", pricing("0.010", "0.03")).priceVersion())
                .isEqualTo(before.priceVersion());
        assertThat(catalog("2026-11-22", pricing("0.01", "0.031")).priceVersion())
                .isNotEqualTo(before.priceVersion());
        assertThat(catalog("2026-11-23", pricing("0.01", "0.03")).priceVersion())
                .isNotEqualTo(before.priceVersion());
    }

    private static Catalog catalog(String version, Pricing pricing) {
        Model shipped = SHIPPED.require("gpt-4o");
        Map<String, Model> models = new LinkedHashMap<>();
        models.put(
                "m",
                new Model(
                        "m",
                        "openai",
                        "m",
                        "m",
                        shipped.contextWindow(),
                        shipped.maxOutputTokens(),
                        pricing,
                        shipped.capabilities()));
        return new Catalog(version, models);
    }

    private static Pricing pricing(String input, String output) {
        return new Pricing(new BigDecimal(input), new BigDecimal(output), null, null, null, List.of());
    }
}
