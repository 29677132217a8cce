package dev.caravan.catalog;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The models that can be called, by public name, in the order of the file. Immutable: a reload makes a new one.
 */
public final class Catalog {

    private final String version;
    private final Map<String, Model> models;

    /** @param version the file's {@code version}, which each ledger row names as its price version */
    public Catalog(String version, Map<String, Model> models) {
        this.version = version;
        this.models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    }

    public String version() {
        return version;
    }

    public Collection<Model> models() {
        return models.values();
    }

    public @Nullable Model find(String id) {
        return models.get(id);
    }

    /**
     * The model of that name.
     *
     * @throws RequestException {@link ErrorCode#MODEL_NOT_FOUND} when there is none
     */
    public Model require(String id) {
        Model model = models.get(id);
        if (model == null) {
            throw new RequestException(ErrorCode.MODEL_NOT_FOUND, "Unsupported model", "model");
        }
        return model;
    }
}
