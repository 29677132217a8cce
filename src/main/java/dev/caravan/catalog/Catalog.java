package dev.caravan.catalog;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The models that can be called, by public name, in the order of the file. Immutable: a reload makes a new one.
 */
public final class Catalog {

    private final String version;
    private final String priceVersion;
    private final Map<String, Model> models;

    /** @param version the file's {@code version} */
    public Catalog(String version, Map<String, Model> models) {
        this.version = version;
        this.models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
        this.priceVersion = version + "-" + fingerprint(models.values());
    }

    /** Of all prices, so that an edit of a price is another price version even where the file's version was left alone. */
    private static String fingerprint(Collection<Model> models) {
        CRC32 crc = new CRC32();
        models.stream()
                .map(model -> model.id() + " " + PricingJson.write(model.pricing()) + "\n")
                .sorted()
                .forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    public String version() {
        return version;
    }

    /** What each ledger row names: the file's version and a fingerprint of all its prices ({@code 2026-11-22-1a2b3c4d}). */
    public String priceVersion() {
        return priceVersion;
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
