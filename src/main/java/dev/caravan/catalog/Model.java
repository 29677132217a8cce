package dev.caravan.catalog;

/**
 * One model of the catalogue.
 *
 * @param id the public name, which callers send
 * @param provider the provider's id, such as {@code openai}
 * @param upstreamModel the name that is sent on
 * @param contextWindow tokens, input and output together
 * @param maxOutputTokens the most that one answer may have, tokens
 */
public record Model(
        String id,
        String provider,
        String displayName,
        String upstreamModel,
        long contextWindow,
        int maxOutputTokens,
        Pricing pricing,
        Capabilities capabilities) {}
