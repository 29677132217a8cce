package dev.caravan.app;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.catalog.Model;
import dev.caravan.route.BreakersCheck;
import dev.caravan.route.Environment;
import dev.caravan.route.HealthReport;
import dev.caravan.route.LedgerSql;
import dev.caravan.route.LoopSteps;
import dev.caravan.route.ModelPage;
import dev.caravan.route.Models;
import dev.caravan.route.ProviderSteps;
import dev.caravan.route.ProvidersCheck;
import dev.caravan.route.QuickHttp;
import dev.caravan.route.StepFactory;
import dev.caravan.route.TapThread;
import dev.caravan.route.UpstreamClient;
import dev.caravan.route.WalkFactory;
import dev.caravan.route.WebFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.microprofile.health.CamelMicroProfileHealthCheckRegistry;
import org.apache.camel.spi.BeanProcessorFactory;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/**
 * Makes the beans that the routes name, in two steps: what the routes' own beans need before the routes are read, and what
 * needs to know the providers after. Then opens the port, last of all.
 */
final class Wiring extends MainListenerSupport {

    private final Environment environment;
    private final Clock clock = Clock.systemUTC();
    private final MeterParts meters = new MeterParts();
    private @Nullable CamelContext context;
    private @Nullable LedgerParts ledger;
    private @Nullable KeyParts keys;
    private @Nullable ServerParts server;
    private @Nullable ReloadParts reloads;
    private @Nullable Models models;
    private @Nullable CatalogWatch catalogWatch;
    private @Nullable WalkParts walk;
    private @Nullable JolokiaParts jolokia;
    private @Nullable LateBeans beans;
    private @Nullable Afterwards afterwards;

    Wiring(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void beforeInitialize(BaseMainSupport main) {
        main.getCamelContext().getPropertiesComponent().addPropertiesFunction(new EnvFunction(environment));
        BeanShapes.attach(main.getCamelContext());
        beans = LateBeans.attach(main.getCamelContext());
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        CamelContext camel = main.getCamelContext();
        context = camel;
        Settings settings = new Settings(camel);
        camel.getCamelContextExtension()
                .addContextPlugin(HealthCheckRegistry.class, new CamelMicroProfileHealthCheckRegistry(camel));
        StepFactory factory = new StepFactory();
        factory.setCamelContext(camel);
        camel.getCamelContextExtension().addContextPlugin(BeanProcessorFactory.class, factory);
        WalkFactory.attach(camel);
        Registry beans = camel.getRegistry();
        camel.addComponent("sql", new LedgerSql());
        camel.addComponent("http", new QuickHttp());
        camel.addComponent("https", new QuickHttp());
        beans.bind("environment", environment);
        beans.bind("usageTapThread", new TapThread());
        LedgerParts bill = new LedgerParts(settings, clock);
        ledger = bill;
        bill.bind(beans, settings);
        reloads = new ReloadParts(camel, clock);
        ServerParts port = new ServerParts(camel, settings, clock);
        server = port;
        camel.getCamelContextExtension().addInterceptStrategy(new LoopSteps(new UpstreamClient(port.server())));
        KeyParts door = new KeyParts(settings, bill.database(), bill.journal().id(), port.host(), port.isOpen(), clock);
        keys = door;
        WalkParts steps = new WalkParts(settings, clock);
        walk = steps;
        steps.bind(beans, bill.journal(), meters);
        door.bind(beans, steps.tokenCounter(), clock);
        meters.bind(beans, reloads().log());
        jolokia = new JolokiaParts(settings);
        beans.bind("healthReport", new HealthReport());
        beans.bind("webFiles", new WebFiles());
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        CamelContext camel = camel();
        Settings settings = new Settings(camel);
        Path file = Path.of(settings.text("catalog.file"));
        Set<String> names = providers().stream().map(ProviderSteps::getName).collect(Collectors.toSet());
        if (names.isEmpty()) {
            throw new StartFailure("routes/: no file declares a provider (a bean of type ProviderSteps)");
        }
        providers().stream()
                .map(ProviderSteps::keyMistake)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(mistake -> {
                    throw new StartFailure(mistake);
                });
        CatalogFile reader = new CatalogFile(names);
        Catalog catalog = reader.read(file);
        ledger().keepPrices(catalog);
        Models current = new Models(catalog);
        models = current;
        meters.expect(catalog, camel);
        camel.getRegistry().bind("models", current);
        keys().bindAdmin(camel.getRegistry(), current);
        camel.getRegistry().bind("modelPage", new ModelPage(current, this::providers));
        camel.getRegistry().bind("tokenPage", Objects.requireNonNull(walk).tokenPage(current));
        catalogWatch = new CatalogWatch(
                file, reader, ledger()::keepPrices, current, reloads().log(), settings.millis("catalog.reload-ms", 0));
    }

    /** What needs the running routes: replay, health, and at last the port. */
    void open() throws Exception {
        CamelContext camel = camel();
        checkRouted(camel);
        ledger().replay(camel, keys()::journalEnded);
        keys().start();
        HealthCheckRegistry health = HealthCheckRegistry.get(camel);
        health.register(ledger().check());
        health.register(new ProvidersCheck(this::providers));
        health.register(new BreakersCheck(camel));
        meters.watch(camel, ledger().journal(), ledger().state(), this::providers);
        server().tell(meters.answers());
        reloads().start(camel);
        LateBeans shown = Objects.requireNonNull(beans);
        shown.showIfWatched(jolokia().isWanted());
        jolokia().start();
        server().listen();
        afterwards = Afterwards.start(shown::show, Objects.requireNonNull(walk).tokenCounter()::warmUp);
        if (catalogWatch != null) {
            catalogWatch.start();
        }
    }

    /** A provider that the catalogue uses must have its route. */
    private void checkRouted(CamelContext camel) {
        Set<String> missing = new TreeSet<>();
        for (Model model : Objects.requireNonNull(models).catalog().models()) {
            if (camel.getRoute("provider-" + model.provider()) == null) {
                missing.add("provider-" + model.provider());
            }
        }
        if (!missing.isEmpty()) {
            throw new StartFailure("routes/: the catalogue needs a route with the id " + String.join(", ", missing));
        }
    }

    int port() {
        return server().port();
    }

    String screen() {
        String model = providers().stream().anyMatch(p -> p.getName().equals("demo")) ? "demo" : "MODEL";
        return StartScreen.of(
                server().address(),
                keys(),
                providers(),
                ledger().shownUrl(),
                jolokia().address(),
                model);
    }

    /** Takes nothing new, waits for what is in flight, and for the ledger. */
    void drain() {
        if (catalogWatch != null) {
            catalogWatch.stop();
        }
        ledger().stopArchive();
        try {
            server().drain(ledger().journal()::inFlight);
            ledger().flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes what is open; after a start that failed as well. */
    void close() {
        if (server != null) {
            server.close();
        }
        if (jolokia != null) {
            jolokia.close();
        }
        if (afterwards != null) {
            afterwards.close();
        }
        if (walk != null) {
            walk.close();
        }
        if (keys != null) {
            keys.close();
        }
        if (ledger != null) {
            ledger.close();
        }
        meters.close();
    }

    private Collection<ProviderSteps> providers() {
        return camel().getRegistry().findByType(ProviderSteps.class);
    }

    private CamelContext camel() {
        return Objects.requireNonNull(context, "the Camel context is not there yet");
    }

    private LedgerParts ledger() {
        return Objects.requireNonNull(ledger, "the ledger is not open yet");
    }

    private KeyParts keys() {
        return Objects.requireNonNull(keys, "the keys are not read yet");
    }

    private JolokiaParts jolokia() {
        return Objects.requireNonNull(jolokia, "Jolokia's settings are not read yet");
    }

    private ReloadParts reloads() {
        return Objects.requireNonNull(reloads, "nothing can be loaded again yet");
    }

    private ServerParts server() {
        return Objects.requireNonNull(server, "the server is not made yet");
    }
}
