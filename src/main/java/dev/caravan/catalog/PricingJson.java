package dev.caravan.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Prices as one line of JSON, in the words of the catalogue: what the ledger keeps, so that an old bill can be recomputed.
 * The same prices always make the same line, however the catalogue wrote them. Pure.
 */
public final class PricingJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

    private PricingJson() {}

    public static String write(Pricing pricing) {
        ObjectNode json = JSON.objectNode();
        rates(
                json,
                pricing.input(),
                pricing.output(),
                pricing.cachedInput(),
                pricing.cacheWrite(),
                pricing.cacheWrite1h());
        if (!pricing.tiers().isEmpty()) {
            ArrayNode tiers = json.putArray("tiers");
            for (Pricing.Tier tier : pricing.tiers()) {
                ObjectNode entry = tiers.addObject().put("above_input_tokens", tier.aboveInputTokens());
                rates(entry, tier.input(), tier.output(), tier.cachedInput(), tier.cacheWrite(), tier.cacheWrite1h());
            }
        }
        return json.toString();
    }

    /**
     * @param where how a message names the place
     * @throws CatalogException where it is not what {@link #write} makes
     */
    public static Pricing read(String where, String json) {
        return PricingFields.read(new CatalogFields(where, "", CatalogFile.parse(where, json)));
    }

    private static void rates(
            ObjectNode json,
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal cacheWrite1h) {
        put(json, "input", input);
        put(json, "output", output);
        put(json, "cached_input", cachedInput);
        put(json, "cache_write", cacheWrite);
        put(json, "cache_write_1h", cacheWrite1h);
    }

    private static void put(ObjectNode json, String name, @Nullable BigDecimal usdPer1k) {
        if (usdPer1k != null) {
            BigDecimal plain = usdPer1k.stripTrailingZeros();
            json.put(name, plain.scale() < 0 ? plain.setScale(0) : plain);
        }
    }
}
