package dev.caravan.route;

import dev.caravan.catalog.Catalog;
import dev.caravan.dialect.ModelList;
import dev.caravan.dialect.OpenAiModels;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/** The catalogue as a page: the models that the caller may ask for. */
public final class ModelPage {

    private final Models models;
    private final Supplier<Collection<ProviderSteps>> providers;

    public ModelPage(Models models, Supplier<Collection<ProviderSteps>> providers) {
        this.models = models;
        this.providers = providers;
    }

    public void list(Exchange exchange) {
        Set<String> available = new HashSet<>();
        Map<String, String> missing = new HashMap<>();
        for (ProviderSteps provider : providers.get()) {
            if (provider.isAvailable()) {
                available.add(provider.getName());
            }
            String variable = provider.missingVariable();
            if (variable != null) {
                missing.put(provider.getName(), variable);
            }
        }
        exchange.getMessage().setBody(ModelList.answer(allowed(exchange), available::contains, missing::get));
    }

    public void listAsOpenAi(Exchange exchange) {
        exchange.getMessage().setBody(OpenAiModels.list(allowed(exchange)));
    }

    /** @throws dev.caravan.error.RequestException 404 for a model that the catalogue does not have */
    public void oneAsOpenAi(Exchange exchange) {
        String id = exchange.getMessage().getHeader("id", String.class);
        exchange.getMessage().setBody(OpenAiModels.one(allowed(exchange), id == null ? "" : id));
    }

    private Catalog allowed(Exchange exchange) {
        return CallerIdentity.of(exchange).allowed(models.catalog());
    }
}
