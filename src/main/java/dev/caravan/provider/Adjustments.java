package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.wire.Adjustment;
import java.util.ArrayList;
import java.util.List;

/** Collects what a provider could not take as the caller sent it. For one translation, one thread. */
final class Adjustments {

    private final List<Adjustment> list = new ArrayList<>();

    /** A field that is not sent on. */
    void leftOut(String param, JsonNode from, String reason) {
        list.add(new Adjustment(param, from, null, reason));
    }

    /** A field that is sent on with another value. */
    void changed(String param, JsonNode from, JsonNode to, String reason) {
        list.add(new Adjustment(param, from, to, reason));
    }

    List<Adjustment> list() {
        return List.copyOf(list);
    }
}
