package dev.caravan.route;

import dev.caravan.access.AccessKey;
import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.usage.UsageQuery;
import dev.caravan.wire.ChatRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Who the caller is, as the {@link Door} found out, and what that means for what it may ask for and see. */
final class CallerIdentity {

    /** Where gateway keys are off: whoever reaches the port is the owner of the machine. */
    static final CallerIdentity OWNER = new CallerIdentity(null, true);

    /** Without a key, where only what is open to everybody may be seen. */
    static final CallerIdentity STRANGER = new CallerIdentity(null, false);

    private static final String PROPERTY = "callerIdentity";

    private final @Nullable AccessKey key;
    private final boolean admin;

    private CallerIdentity(@Nullable AccessKey key, boolean admin) {
        this.key = key;
        this.admin = admin;
    }

    static CallerIdentity of(AccessKey key) {
        return new CallerIdentity(key, key.admin());
    }

    /** Fails for a route that has no step of the door before this one: nobody comes in by mistake. */
    static CallerIdentity of(Exchange exchange) {
        CallerIdentity known = exchange.getProperty(PROPERTY, CallerIdentity.class);
        if (known == null) {
            throw new IllegalStateException("the route needs a step of the bean \"door\" before this one");
        }
        return known;
    }

    void keepIn(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** Null where gateway keys are off, or the caller has none. */
    @Nullable
    AccessKey key() {
        return key;
    }

    boolean isAdmin() {
        return admin;
    }

    /** The request in the name of the key's user, whatever it claims. */
    ChatRequest own(ChatRequest request) {
        String user = key == null ? null : key.userId();
        return user == null ? request : request.withUser(user);
    }

    boolean allows(Model model) {
        return key == null || key.allows(model.id());
    }

    /** @throws RequestException 404, as for a model that does not exist */
    void requireModel(Model model) {
        if (!allows(model)) {
            throw new RequestException(ErrorCode.MODEL_NOT_FOUND, "Unsupported model", "model");
        }
    }

    /** The models that the caller may ask for. */
    Catalog allowed(Catalog all) {
        AccessKey held = key;
        if (held == null || held.models().isEmpty()) {
            return all;
        }
        Map<String, Model> models = new LinkedHashMap<>();
        all.models().stream().filter(model -> held.allows(model.id())).forEach(model -> models.put(model.id(), model));
        return new Catalog(all.version(), models);
    }

    /**
     * The question about usage, narrowed to what the caller may see.
     *
     * @throws RequestException 401 for a key that belongs to no user, 400 where it asks for another user's
     */
    UsageQuery own(UsageQuery query) {
        if (admin) {
            return query;
        }
        String user = key == null ? null : key.userId();
        if (user == null) {
            throw new RequestException(
                    ErrorCode.GATEWAY_KEY_INVALID,
                    "Usage is shown to admin keys, and to keys that belong to a user",
                    (String) null);
        }
        return query.ofUser(user);
    }
}
