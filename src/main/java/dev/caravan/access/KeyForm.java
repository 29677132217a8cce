package dev.caravan.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an admin asks a key to be, checked field by field; all that is wrong is said at once. A field that is left out stays
 * as it is, {@code null} takes a limit away.
 */
public final class KeyForm {

    static final String NAME = "name";
    static final String USER_ID = "user_id";
    static final String ADMIN = "admin";
    static final String MODELS = "models";
    static final String REQUESTS = "requests_per_minute";
    static final String TOKENS = "tokens_per_minute";
    static final String BUDGET_DAY = "budget_day_usd";
    static final String BUDGET_MONTH = "budget_month_usd";
    static final String EXPIRES_AT = "expires_at";

    private static final Set<String> FIELDS =
            Set.of(NAME, USER_ID, ADMIN, MODELS, REQUESTS, TOKENS, BUDGET_DAY, BUDGET_MONTH, EXPIRES_AT);

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_USER = 256;

    private final Predicate<String> knownModel;
    private final UnaryOperator<String> spelling;

    /**
     * @param knownModel whether a model of that name can be asked for
     * @param spelling how the one who filled in the form calls a field
     */
    public KeyForm(Predicate<String> knownModel, UnaryOperator<String> spelling) {
        this.knownModel = knownModel;
        this.spelling = spelling;
    }

    /** A new key; its name is required. */
    public AccessKey create(KeyText key, ObjectNode fields, Instant now) {
        return fill(AccessKey.blank(key, now), fields, now);
    }

    /** @throws RequestException 400, 409 for a revoked key, which stays as it was */
    public AccessKey change(AccessKey key, ObjectNode fields, Instant now) {
        if (key.isRevoked()) {
            throw new RequestException(ErrorCode.CONFLICT, "A revoked key cannot be changed", (String) null);
        }
        return fill(key, fields, now);
    }

    private AccessKey fill(AccessKey key, ObjectNode json, Instant now) {
        FormFields form = new FormFields(json, spelling);
        for (Iterator<Map.Entry<String, JsonNode>> i = json.fields(); i.hasNext(); ) {
            String field = i.next().getKey();
            if (!FIELDS.contains(field)) {
                form.wrong(field, ErrorCode.UNSUPPORTED_PARAMETER, "is not a field of a key");
            }
        }
        KeyLimits old = key.limits();
        String name = form.text(NAME, key.name().isEmpty() ? null : key.name(), LONGEST_NAME);
        if (name == null) {
            form.wrong(NAME, ErrorCode.MISSING_FIELD, "is required");
        }
        @Nullable String userId = form.text(USER_ID, key.userId(), LONGEST_USER);
        List<String> models = form.list(MODELS, key.models());
        for (String model : models) {
            if (!key.models().contains(model) && !knownModel.test(model)) {
                form.wrong(MODELS, ErrorCode.INVALID_VALUE, "has a model that is not in the catalogue");
                break;
            }
        }
        AccessKey filled = new AccessKey(
                key.id(),
                key.hash(),
                name == null ? "" : name,
                userId,
                form.yes(ADMIN, key.admin()),
                models,
                new KeyLimits(
                        form.count(REQUESTS, old.requestsPerMinute()),
                        form.count(TOKENS, old.tokensPerMinute()),
                        form.usd(BUDGET_DAY, old.dayMicros()),
                        form.usd(BUDGET_MONTH, old.monthMicros())),
                form.later(EXPIRES_AT, key.expiresAt(), now),
                key.revokedAt(),
                key.createdAt());
        form.done();
        return filled;
    }
}
