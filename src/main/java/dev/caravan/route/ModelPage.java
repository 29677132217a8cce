package dev.caravan.route;

import dev.caravan.dialect.ModelList;
import dev.caravan.dialect.OpenAiModels;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/** The catalogue as a page. */
public final class ModelPage {

    private final Models models;
    private final Supplier<Set<String>> available;

    /** @param available the providers that can be called */
    public ModelPage(Models models, Supplier<Set<String>> available) {
        this.models = models;
        this.available = available;
    }

    public void list(Exchange exchange) {
        Set<String> providers = available.get();
        exchange.getMessage().setBody(ModelList.answer(models.catalog(), providers::contains));
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
