package dev.caravan.provider;

import dev.caravan.wire.Adjustment;
import java.util.List;

/**
 * What is sent to a provider.
 *
 * @param path what follows the endpoint's URL, such as {@code /gemini-2.5-pro:generateContent}; empty where the URL is
 *     always the same. Made from the catalogue's names only, never from a caller's text.
 * @param body JSON in UTF-8; not to be changed
 * @param adjustments what the provider could not take as the caller sent it; empty: nothing
 */
public record UpstreamRequest(String path, byte[] body, List<Adjustment> adjustments) {

    private static final byte[] NOTHING = {};

    public UpstreamRequest {
        adjustments = List.copyOf(adjustments);
    }

    /** What is worth keeping once the body is on its way. */
    public UpstreamRequest withoutBody() {
        return new UpstreamRequest(path, NOTHING, adjustments);
    }
}
