package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.Model;
import dev.caravan.error.RequestException;

/** The catalogue as OpenAI's {@code GET /v1/models} and {@code GET /v1/models/{id}} show it. */
public final class OpenAiModels {

    private OpenAiModels() {}

    public static byte[] list(Catalog catalog) {
        ObjectNode body = JsonText.object().put("object", "list");
        ArrayNode models = body.putArray("data");
        for (Model model : catalog.models()) {
            models.add(entry(model));
        }
        return JsonText.bytes(body);
    }

    /** @throws RequestException 404 where there is no such model */
    public static byte[] one(Catalog catalog, String id) {
        return JsonText.bytes(entry(catalog.require(id)));
    }

    private static ObjectNode entry(Model model) {
        ObjectNode entry = JsonText.object();
        entry.put("id", model.id());
        entry.put("object", "model");
        // The format wants a time; the catalogue knows none.
        entry.put("created", 0);
        entry.put("owned_by", model.provider());
        return entry;
    }
}
