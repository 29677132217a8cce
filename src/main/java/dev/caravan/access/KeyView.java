package dev.caravan.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A key as an admin sees it: everything but the key itself and its hash. */
public final class KeyView {

    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
    private static final int MICROS = 6;

    private KeyView() {}

    public static ObjectNode of(AccessKey key) {
        KeyLimits limits = key.limits();
        ObjectNode view = NODES.objectNode();
        view.put("id", key.id());
        view.put(KeyForm.NAME, key.name());
        view.put(KeyForm.USER_ID, key.userId());
        view.put(KeyForm.ADMIN, key.admin());
        ArrayNode models = view.putArray(KeyForm.MODELS);
        key.models().forEach(models::add);
        view.put(KeyForm.REQUESTS, limits.requestsPerMinute());
        view.put(KeyForm.TOKENS, limits.tokensPerMinute());
        view.set(KeyForm.BUDGET_DAY, usd(limits.dayMicros()));
        view.set(KeyForm.BUDGET_MONTH, usd(limits.monthMicros()));
        view.put(KeyForm.EXPIRES_AT, KeyRows.text(key.expiresAt()));
        view.put("revoked_at", KeyRows.text(key.revokedAt()));
        view.put("created_at", KeyRows.text(key.createdAt()));
        return view;
    }

    /** The fields that differ, each with its value before and after. */
    static ObjectNode difference(AccessKey before, AccessKey after) {
        ObjectNode old = of(before);
        ObjectNode difference = NODES.objectNode();
        of(after).fields().forEachRemaining(field -> {
            if (!field.getValue().equals(old.get(field.getKey()))) {
                difference.putArray(field.getKey()).add(old.get(field.getKey())).add(field.getValue());
            }
        });
        return difference;
    }

    private static JsonNode usd(@Nullable Long micros) {
        if (micros == null) {
            return NODES.nullNode();
        }
        BigDecimal usd = BigDecimal.valueOf(micros, MICROS).stripTrailingZeros();
        return NODES.numberNode(usd.scale() < 0 ? usd.setScale(0) : usd);
    }
}
