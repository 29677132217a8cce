package dev.caravan.route;

import dev.caravan.dialect.ModelList;
import dev.caravan.dialect.OpenAiModels;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/** The catalogue as a page. */
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
        exchange.getMessage().setBody(ModelList.answer(models.catalog(), available::contains, missing::get));
    }

    public void listAsOpenAi(Exchange exchange) {
        exchange.getMessage().setBody(OpenAiModels.list(models.catalog()));
    }

    /** @throws dev.caravan.error.RequestException 404 for a model that the catalogue does not have */
    public void oneAsOpenAi(Exchange exchange) {
        String id = exchange.getMessage().getHeader("id", String.class);
        exchange.getMessage().setBody(OpenAiModels.one(models.catalog(), id == null ? "" : id));
    }
}
