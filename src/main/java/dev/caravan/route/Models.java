package dev.caravan.route;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.Model;
import dev.caravan.dialect.ModelChecks;
import org.apache.camel.Exchange;

/** The catalogue in force. A reload puts a new one in its place; calls under way keep the model that they began with. */
public final class Models {

    /** What the content-based router reads: the provider's id, from the catalogue. */
    static final String PROVIDER = "provider";

    private volatile Catalog catalog;

    public Models(Catalog catalog) {
        this.catalog = catalog;
    }

    public Catalog catalog() {
        return catalog;
    }

    public void replace(Catalog next) {
        catalog = next;
    }

    /**
     * Finds the model and checks the request against it.
     *
     * @throws dev.caravan.error.RequestException 404 for an unknown model, 400 for what it cannot do
     */
    @NeverWaits
    public void resolve(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        Catalog current = catalog;
        Model model = current.require(call.request().model());
        ModelChecks.check(call.request(), model);
        call.resolved(model, current.priceVersion());
        exchange.setProperty(PROVIDER, model.provider());
        if (!model.fallbacks().isEmpty()) {
            Chain.begin(exchange, current, model);
        }
    }

    /** The catalogue names a provider that no `when` leads to; the start checks it, an edit of the routes may still do it. */
    @NeverWaits
    public void unroutable(Exchange exchange) {
        throw new IllegalStateException("routes/select-provider.camel.yaml has no branch for provider "
                + exchange.getProperty(PROVIDER, String.class));
    }
}
