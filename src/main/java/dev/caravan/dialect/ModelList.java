package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Capabilities;
import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.Model;
import dev.caravan.catalog.Pricing;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The catalogue as {@code GET /api/models} shows it, for a model picker. */
public final class ModelList {

    private ModelList() {}

    /**
     * @param available whether a provider, by its name, can be called
     * @param missing the environment variable that such a provider lacks; null where no single one is known
     */
    public static byte[] answer(
            Catalog catalog, Predicate<String> available, Function<String, @Nullable String> missing) {
        ObjectNode body = JsonText.object();
        ArrayNode models = body.putArray("models");
        for (Model model : catalog.models()) {
            ObjectNode entry = models.addObject();
            entry.put("id", model.id());
            entry.put("provider", model.provider());
            entry.put("display_name", model.displayName());
            entry.put("context_window", model.contextWindow());
            entry.put("max_output_tokens", model.maxOutputTokens());
            putPricing(entry.putObject("pricing"), model.pricing());
            putCapabilities(entry.putObject("capabilities"), model.capabilities());
            // Those that this caller may not use would not be asked for it.
            List<String> fallbacks = model.fallbacks().stream()
                    .filter(name -> catalog.find(name) != null)
                    .toList();
            if (!fallbacks.isEmpty()) {
                fallbacks.forEach(entry.putArray("fallbacks")::add);
            }
            boolean callable = available.test(model.provider());
            entry.put("available", callable);
            String variable = callable ? null : missing.apply(model.provider());
            if (variable != null) {
                entry.put("missing_variable", variable);
            }
        }
        return JsonText.plainBytes(body);
    }

    private static void putPricing(ObjectNode out, Pricing pricing) {
        putRates(
                out,
                pricing.input(),
                pricing.output(),
                pricing.cachedInput(),
                pricing.cacheWrite(),
                pricing.cacheWrite1h());
        if (!pricing.tiers().isEmpty()) {
            ArrayNode tiers = out.putArray("tiers");
            for (Pricing.Tier tier : pricing.tiers()) {
                ObjectNode entry = tiers.addObject().put("above_input_tokens", tier.aboveInputTokens());
                putRates(
                        entry, tier.input(), tier.output(), tier.cachedInput(), tier.cacheWrite(), tier.cacheWrite1h());
            }
        }
    }

    private static void putRates(
            ObjectNode out,
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal cacheWrite1h) {
        out.put("input", input);
        out.put("output", output);
        putRate(out, "cached_input", cachedInput);
        putRate(out, "cache_write", cacheWrite);
        putRate(out, "cache_write_1h", cacheWrite1h);
    }

    private static void putRate(ObjectNode out, String name, @Nullable BigDecimal rate) {
        if (rate != null) {
            out.put(name, rate);
        }
    }

    private static void putCapabilities(ObjectNode out, Capabilities capabilities) {
        out.put("vision", capabilities.vision());
        out.put("tools", capabilities.tools());
        out.put("reasoning", capabilities.reasoning());
        out.put("sampling", capabilities.sampling());
        Capabilities.ReasoningControl control = capabilities.reasoningControl();
        if (control != null) {
            out.put("reasoning_control", control.name().toLowerCase(Locale.ROOT));
        }
    }
}
