package dev.caravan.provider;

import dev.caravan.catalog.Model;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;

/** Between our vocabulary and one provider's. Stateless, safe for all threads. */
public interface Translator {

    /**
     * The provider's request for a caller's.
     *
     * @throws RequestException naming the field, where this provider cannot be told what the caller asked for
     */
    UpstreamRequest toUpstream(ChatRequest request, Model model);

    /**
     * Our answer for the provider's 2xx answer.
     *
     * @param body as it came; may be anything
     * @throws ProviderFault where it is not what the provider documents
     */
    ChatResponse toResponse(byte[] body, Model model);

    /** A reader for the provider's stream of one answer. */
    StreamReader stream(ChatRequest request, Model model);

    /**
     * What an answer other than 2xx means: a {@code ProviderRejection} for the request's or the account's fault, a {@code
     * ProviderFault} for the provider's own.
     */
    GatewayException toError(UpstreamError error);
}
