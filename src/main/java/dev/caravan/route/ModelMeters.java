package dev.caravan.route;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.Model;
import dev.caravan.usage.OpenedRequest;
import dev.caravan.usage.RequestStatus;
import dev.caravan.usage.UsageRecord;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What the settled requests add up to, by model, since the program's start. Every label is a word of the catalogue or of ours:
 * nothing that a caller sent becomes one. A model that has left the catalogue keeps its numbers. Safe for all threads.
 */
public final class ModelMeters {

    private final MeterRegistry registry;
    private final ConcurrentMap<String, ModelMeter> models = new ConcurrentHashMap<>();

    public ModelMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Begins each model of the catalogue at zero, so that its first request is a step and not a beginning. */
    public void expect(Catalog catalog) {
        for (Model model : catalog.models()) {
            of(model.id(), model.provider());
        }
    }

    /**
     * Adds a request that was settled, once.
     *
     * @param nanos from acceptance to now
     * @param firstPieceNanos from acceptance to the first piece of the stream; 0 where there was none
     */
    void settled(UsageRecord record, long nanos, long firstPieceNanos) {
        OpenedRequest opened = record.opened();
        ModelMeter model = of(opened.modelId(), opened.provider());
        RequestStatus status = record.status();
        model.settled(opened.endpoint(), status, nanos);
        if (firstPieceNanos > 0 && status == RequestStatus.OK) {
            model.firstPiece(firstPieceNanos);
        }
        model.used(record.usage(), record.cost());
    }

    private ModelMeter of(String id, String provider) {
        ModelMeter known = models.get(id);
        // Where a reload moves a model to another provider, its numbers begin anew under the other name.
        if (known == null || !known.provider().equals(provider)) {
            known = models.compute(
                    id,
                    (model, present) -> present == null || !present.provider().equals(provider)
                            ? new ModelMeter(registry, provider, model)
                            : present);
        }
        return known;
    }
}
