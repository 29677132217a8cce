package dev.caravan.route;

import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Which providers can be called: a key is told by the name of its variable, never by its value. Calls no provider. DOWN only
 * when none can be called.
 */
public final class ProvidersCheck extends AbstractHealthCheck {

    private final Supplier<Collection<ProviderSteps>> providers;

    public ProvidersCheck(Supplier<Collection<ProviderSteps>> providers) {
        super("caravan", "providers");
        this.providers = providers;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        boolean any = false;
        for (ProviderSteps provider : providers.get()) {
            any |= provider.isAvailable();
            builder.detail(provider.getName(), provider.condition());
            provider.keyConditions().forEach(builder::detail);
        }
        builder.state(any ? HealthCheck.State.UP : HealthCheck.State.DOWN);
    }
}
