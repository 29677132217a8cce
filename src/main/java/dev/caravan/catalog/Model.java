package dev.caravan.catalog;

import java.util.List;

/**
 * One model of the catalogue.
 *
 * @param id the public name, which callers send
 * @param provider the provider's id, such as {@code openai}
 * @param upstreamModel the name that is sent on
 * @param contextWindow tokens, input and output together
 * @param maxOutputTokens the most that one answer may have, tokens
 * @param fallbacks the models that are asked, in this order, when this one's provider fails; each is in the same catalogue.
 *     Only the list of the model that the caller asked for counts: a fallback's own list is not followed.
 */
public record Model(
        String id,
        String provider,
        String displayName,
        String upstreamModel,
        long contextWindow,
        int maxOutputTokens,
        Pricing pricing,
        Capabilities capabilities,
        List<String> fallbacks) {

    public Model {
        fallbacks = List.copyOf(fallbacks);
    }

    /** A model without fallbacks. */
    public Model(
            String id,
            String provider,
            String displayName,
            String upstreamModel,
            long contextWindow,
            int maxOutputTokens,
            Pricing pricing,
            Capabilities capabilities) {
        this(
                id,
                provider,
                displayName,
                upstreamModel,
                contextWindow,
                maxOutputTokens,
                pricing,
                capabilities,
                List.of());
    }
}
