package dev.caravan.catalog;

import dev.caravan.catalog.Pricing.Tier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code pricing} of one entry, checked. */
final class PricingFields {

    private PricingFields() {}

    /** @throws CatalogException where a price is missing, wrong, or has a name that nobody reads */
    static Pricing read(CatalogFields pricing) {
        List<Tier> tiers = new ArrayList<>();
        Pricing base = new Pricing(
                pricing.price("input"),
                pricing.price("output"),
                cached(pricing),
                pricing.optionalPrice("cache_write"),
                pricing.optionalPrice("cache_write_1h"),
                List.of());
        pricing.each("tiers", tier -> tiers.add(tier(tier, pricing, tiers)));
        pricing.refuseOthers();
        return new Pricing(
                base.input(), base.output(), base.cachedInput(), base.cacheWrite(), base.cacheWrite1h(), tiers);
    }

    private static Tier tier(CatalogFields tier, CatalogFields base, List<Tier> before) {
        long above = tier.count("above_input_tokens", Integer.MAX_VALUE);
        if (!before.isEmpty() && above <= before.get(before.size() - 1).aboveInputTokens()) {
            throw tier.wrong("above_input_tokens", "must be greater than that of the tier before it");
        }
        // A rate that is missing here would silently be taken from the input price, so each rate of the base is asked
        // for.
        for (String rate : List.of("cached_input", "cache_write", "cache_write_1h")) {
            if (base.has(rate) && !tier.has(rate)) {
                throw tier.wrong(rate, "is missing: a tier must give each rate that the base prices give");
            }
        }
        Tier read = new Tier(
                above,
                tier.price("input"),
                tier.price("output"),
                cached(tier),
                tier.optionalPrice("cache_write"),
                tier.optionalPrice("cache_write_1h"));
        tier.refuseOthers();
        return read;
    }

    private static @Nullable BigDecimal cached(CatalogFields rates) {
        BigDecimal cached = rates.optionalPrice("cached_input");
        if (cached != null && cached.compareTo(rates.price("input")) > 0) {
            throw rates.wrong("cached_input", "must be at most the input price");
        }
        return cached;
    }
}
