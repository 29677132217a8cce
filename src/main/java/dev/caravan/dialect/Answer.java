package dev.caravan.dialect;

import dev.caravan.catalog.Model;
import dev.caravan.wire.Adjustment;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.TokenUsage;
import java.time.Instant;
import java.util.List;

/**
 * All that an answer is made of.
 *
 * @param model the model that served; the answer names the one that was asked for
 * @param usage as billed
 * @param adjustments empty: nothing was adjusted
 * @param createdAt shown in whole seconds
 */
public record Answer(
        ChatRequest request,
        Model model,
        ChatResponse response,
        TokenUsage usage,
        Charge charge,
        List<Adjustment> adjustments,
        Instant createdAt) {

    public Answer {
        adjustments = List.copyOf(adjustments);
    }

    /** Whether another model served than the one that was asked for. */
    boolean isOfFallback() {
        return !model.id().equals(request.model());
    }
}
