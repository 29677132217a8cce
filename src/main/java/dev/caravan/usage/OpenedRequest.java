package dev.caravan.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An accepted request: what is known, and on disk, before its provider is called.
 *
 * @param requestId made by the gateway, unique; the ledger's key
 * @param clientRequestId the caller's own id; null where it gave none; never a key
 * @param sessionId verbatim
 * @param userId verbatim; never empty
 * @param requestedModel the model that was asked for
 * @param modelId the model that is called; in the end the one that served (another than requested only after a failover)
 * @param provider that of the model
 * @param endpoint the path that was called, such as {@code /api/chat/completions}
 * @param createdAt when it was accepted; decides the day and the month (UTC)
 * @param priceVersion the catalogue's price version
 */
public record OpenedRequest(
        String requestId,
        @Nullable String clientRequestId,
        String sessionId,
        String userId,
        String requestedModel,
        String modelId,
        String provider,
        String endpoint,
        boolean stream,
        Instant createdAt,
        String priceVersion) {

    /** The same request, when it has ended: which model served it is known only then. */
    public OpenedRequest servedBy(String model, String itsProvider) {
        if (model.equals(modelId)) {
            return this;
        }
        return new OpenedRequest(
                requestId,
                clientRequestId,
                sessionId,
                userId,
                requestedModel,
                model,
                itsProvider,
                endpoint,
                stream,
                createdAt,
                priceVersion);
    }

    /** Whether another model serves than the one that was asked for. */
    public boolean isOfFallback() {
        return !modelId.equals(requestedModel);
    }
}
