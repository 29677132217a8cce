package dev.caravan.app;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.catalog.Model;
import dev.caravan.dialect.AnthropicDialect;
import dev.caravan.dialect.ApiDialect;
import dev.caravan.dialect.OpenAiDialect;
import dev.caravan.route.Answer;
import dev.caravan.route.Bill;
import dev.caravan.route.BreakersCheck;
import dev.caravan.route.Deadlines;
import dev.caravan.route.Entrance;
import dev.caravan.route.Environment;
import dev.caravan.route.Failover;
import dev.caravan.route.HealthReport;
import dev.caravan.route.KeyRests;
import dev.caravan.route.LedgerSql;
import dev.caravan.route.ModelPage;
import dev.caravan.route.Models;
import dev.caravan.route.ProviderSteps;
import dev.caravan.route.ProvidersCheck;
import dev.caravan.route.Repeats;
import dev.caravan.route.Retry;
import dev.caravan.route.StepFactory;
import dev.caravan.route.TapThread;
import dev.caravan.route.TokenLimit;
import dev.caravan.route.TokenPage;
import dev.caravan.route.UpstreamClient;
import dev.caravan.route.WebFiles;
import dev.caravan.usage.Journal;
import dev.caravan.usage.TokenCounter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
    private @Nullable AnthropicDialect anthropicDialect;
    private @Nullable TokenCounter tokenCounter;

    Wiring(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void beforeInitialize(BaseMainSupport main) {
        main.getCamelContext().getPropertiesComponent().addPropertiesFunction(new EnvFunction(environment));
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        CamelContext camel = main.getCamelContext();
        context = camel;
        Settings settings = new Settings(camel);
        camel.getCamelContextExtension()
                .addContextPlugin(HealthCheckRegistry.class, new CamelMicroProfileHealthCheckRegistry(camel));
        StepFactory steps = new StepFactory();
        steps.setCamelContext(camel);
        camel.getCamelContextExtension().addContextPlugin(BeanProcessorFactory.class, steps);
        Registry beans = camel.getRegistry();
        camel.addComponent("sql", new LedgerSql());
        beans.bind("environment", environment);
        beans.bind("upstreamClient", new UpstreamClient());
        beans.bind("usageTapThread", new TapThread());
        LedgerParts bill = new LedgerParts(settings, clock);
        ledger = bill;
        bill.bind(beans, settings);
        reloads = new ReloadParts(camel, clock);
        ServerParts port = new ServerParts(camel, settings, clock);
        server = port;
        KeyParts door = new KeyParts(settings, bill.database(), bill.journal().id(), port.host(), port.isOpen(), clock);
        keys = door;
        bindWalk(beans, settings, bill.journal(), door);
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
        camel.getRegistry()
                .bind(
                        "tokenPage",
                        new TokenPage(
                                Objects.requireNonNull(anthropicDialect),
                                current,
                                Objects.requireNonNull(tokenCounter)));
        catalogWatch = new CatalogWatch(
                file, reader, ledger()::keepPrices, current, reloads().log(), settings.millis("catalog.reload-ms", 0));
    }

    private void bindWalk(Registry beans, Settings settings, Journal journal, KeyParts door) {
        TokenCounter counter = new TokenCounter();
        counter.warmUp();
        Deadlines deadlines = new Deadlines();
        deadlines.start();
        beans.bind("deadlines", deadlines);
        Duration budget = settings.millis("provider.call-timeout-ms", 1);
        Duration patience = settings.millis("gateway.unread-timeout-ms", 1);
        SessionIds sessionIds = new SessionIds(clock);
        ApiDialect api = new ApiDialect(sessionIds::next);
        OpenAiDialect openAi = new OpenAiDialect(sessionIds::next);
        AnthropicDialect anthropic = new AnthropicDialect(sessionIds::next);
        beans.bind("apiEntrance", new Entrance(api, deadlines, budget, patience, clock));
        beans.bind("openAiEntrance", new Entrance(openAi, deadlines, budget, patience, clock));
        beans.bind("anthropicEntrance", new Entrance(anthropic, deadlines, budget, patience, clock));
        beans.bind("answer", new Answer(api, openAi, anthropic));
        anthropicDialect = anthropic;
        tokenCounter = counter;
        beans.bind(
                "repeats",
                new Repeats(
                        settings.millis("gateway.idempotency-ms", 0),
                        settings.wholeLong("gateway.idempotency-bytes", 0)));
        beans.bind("tokenLimit", new TokenLimit(counter));
        door.bind(beans, counter, clock);
        beans.bind("bill", new Bill(journal, counter, meters.models(), clock));
        meters.bind(beans, reloads().log());
        Retry retry = new Retry(
                settings.whole("retry.max-attempts", 1),
                settings.millis("retry.first-wait-ms", 0),
                settings.millis("retry.longest-wait-ms", 0));
        beans.bind("retry", retry);
        KeyRests rests = new KeyRests(
                settings.millis("provider.key-rest-ms", 0), settings.millis("provider.key-refused-rest-ms", 0));
        int tries = settings.whole("retry.attempts-before-fallback", 1);
        beans.bind("failover", new Failover(retry, counter, rests, meters.failovers(), tries));
        beans.bind("healthReport", new HealthReport());
        beans.bind("webFiles", new WebFiles());
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
        server().listen();
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
        return StartScreen.of(server().address(), keys(), providers(), ledger().shownUrl(), model);
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

    private ReloadParts reloads() {
        return Objects.requireNonNull(reloads, "nothing can be loaded again yet");
    }

    private ServerParts server() {
        return Objects.requireNonNull(server, "the server is not made yet");
    }
}
