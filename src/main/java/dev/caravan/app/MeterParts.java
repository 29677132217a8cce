package dev.caravan.app;

import dev.caravan.catalog.Catalog;
import dev.caravan.route.AnswerMeters;
import dev.caravan.route.BreakerGauges;
import dev.caravan.route.FailoverMeters;
import dev.caravan.route.LedgerState;
import dev.caravan.route.MetricsPage;
import dev.caravan.route.ModelMeters;
import dev.caravan.route.ProviderSteps;
import dev.caravan.route.ReloadLog;
import dev.caravan.route.RoutesPage;
import dev.caravan.route.StepClocks;
import dev.caravan.usage.Journal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Collection;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** The meters: what is counted while it happens, and what is asked for when somebody reads. */
final class MeterParts implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ModelMeters models = new ModelMeters(registry);
    private final AnswerMeters answers = new AnswerMeters(registry);
    private final FailoverMeters failovers = new FailoverMeters(registry);
    private final StepClocks clocks = new StepClocks();
    private final JvmGcMetrics gc = new JvmGcMetrics();

    ModelMeters models() {
        return models;
    }

    AnswerMeters answers() {
        return answers;
    }

    FailoverMeters failovers() {
        return failovers;
    }

    void bind(Registry beans, ReloadLog reloads) {
        beans.bind("metricsPage", new MetricsPage(registry));
        beans.bind("routesPage", new RoutesPage(clocks, reloads));
    }

    /** Before routes are started. */
    void expect(Catalog catalog, CamelContext camel) {
        models.expect(catalog);
        clocks.attach(camel);
    }

    /** Adds what is read from the running parts. */
    void watch(CamelContext camel, Journal journal, LedgerState ledger, Supplier<Collection<ProviderSteps>> providers) {
        gauge("caravan.in.flight", "Chat requests that are opened and not settled", journal::inFlight);
        gauge(
                "caravan.journal.unwritten.records",
                "Settled requests that the database has not yet",
                journal::settledNotWritten);
        Gauge.builder("caravan.journal.lag", () -> journal.lag().toNanos() / 1e9)
                .description("The age of the oldest of them")
                .baseUnit("seconds")
                .register(registry);
        gauge("caravan.ledger.writable", "1 where the database took the last write", () -> ledger.isWritable() ? 1 : 0);
        gauge(
                "caravan.journal.writable",
                "1 where the journal takes requests",
                () -> journal.health().writable() ? 1 : 0);
        BreakerGauges breakers = new BreakerGauges(camel, registry);
        for (ProviderSteps provider : providers.get()) {
            breakers.watch(provider.getName());
            String name = provider.getName();
            // Looked up at each reading: an edited file has a new bean.
            Gauge.builder("caravan.provider.in.flight", () -> inFlight(providers.get(), name))
                    .description("Requests that hold one of the provider's places")
                    .tag("provider", name)
                    .register(registry);
        }
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        gc.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private static int inFlight(Collection<ProviderSteps> providers, String name) {
        return providers.stream()
                .filter(provider -> provider.getName().equals(name))
                .mapToInt(ProviderSteps::inFlight)
                .sum();
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
