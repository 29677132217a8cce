package dev.caravan.app;

import dev.caravan.access.Admission;
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
import dev.caravan.route.HealthReport;
import dev.caravan.route.LedgerCheck;
import dev.caravan.route.LedgerFeed;
import dev.caravan.route.LedgerState;
import dev.caravan.route.ModelPage;
import dev.caravan.route.Models;
import dev.caravan.route.ProviderSteps;
import dev.caravan.route.ProvidersCheck;
import dev.caravan.route.Retry;
import dev.caravan.route.TapThread;
import dev.caravan.route.TokenLimit;
import dev.caravan.route.TokenPage;
import dev.caravan.route.UpstreamClient;
import dev.caravan.route.UsageApi;
import dev.caravan.route.edge.CallerServer;
import dev.caravan.route.edge.EdgeLimits;
import dev.caravan.usage.Journal;
import dev.caravan.usage.JournalReplay;
import dev.caravan.usage.LedgerRow;
import dev.caravan.usage.TokenCounter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.microprofile.health.CamelMicroProfileHealthCheckRegistry;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * Makes the beans that the routes name, in two steps: what the routes' own beans need before the routes are read, and what
 * needs to know the providers after. Then opens the port, last of all.
 */
final class Wiring extends MainListenerSupport {

    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    /** Threads beyond the chat requests: pages, health, and walks whose callers have gone. */
    private static final int SPARE_WORKERS = 256;

    private static final Duration FLUSH = Duration.ofSeconds(5);

    private final Environment environment;
    private final Clock clock = Clock.systemUTC();
    private final LedgerState ledgerState = new LedgerState();
    private @Nullable CamelContext context;
    private @Nullable LedgerParts ledger;
    private @Nullable Journal journal;
    private @Nullable Path journalFolder;
    private @Nullable CallerServer server;
    private @Nullable Models models;
    private @Nullable CatalogWatch catalogWatch;
    private @Nullable AnthropicDialect anthropicDialect;
    private @Nullable TokenCounter tokenCounter;
    private Duration drainTimeout = Duration.ZERO;
    private String host = "";
    private int port;

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
        Registry beans = camel.getRegistry();
        beans.bind("environment", environment);
        beans.bind("upstreamClient", new UpstreamClient());
        beans.bind("usageTapThread", new TapThread());
        bindLedger(beans, settings);
        bindWalk(beans, settings);
        server = server(camel, settings);
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        CamelContext camel = camel();
        Settings settings = new Settings(camel);
        Path file = Path.of(settings.text("catalog.file"));
        CatalogFile reader =
                new CatalogFile(providers().stream().map(ProviderSteps::getName).collect(Collectors.toSet()));
        Catalog catalog = reader.read(file);
        Models current = new Models(catalog);
        models = current;
        camel.getRegistry().bind("models", current);
        camel.getRegistry().bind("modelPage", new ModelPage(current, this::available));
        camel.getRegistry()
                .bind(
                        "tokenPage",
                        new TokenPage(
                                Objects.requireNonNull(anthropicDialect),
                                current,
                                Objects.requireNonNull(tokenCounter)));
        catalogWatch = new CatalogWatch(file, reader, current, settings.millis("catalog.reload-ms", 0));
    }

    private void bindLedger(Registry beans, Settings settings) {
        LedgerParts parts = new LedgerParts(settings.text("usage.db-url"));
        ledger = parts;
        beans.bind("ledgerWriter", parts.writer());
        beans.bind("ledgerReader", parts.reader());
        beans.bind("ledgerTransactions", new DataSourceTransactionManager(parts.writer()));
        String folder = settings.text("usage.journal-dir");
        Path where = folder.isEmpty() ? parts.journalFolder() : Path.of(folder);
        if (where == null) {
            throw new StartFailure("usage.journal-dir must name a folder when the ledger is no SQLite file");
        }
        journalFolder = where;
        Journal opened = Journal.open(
                where,
                settings.wholeLong("usage.journal-segment-bytes", 65_536),
                settings.millis("usage.journal-sync-ms", 1),
                clock);
        journal = opened;
        beans.bind(
                "ledgerFeed",
                new LedgerFeed(
                        opened,
                        ledgerState,
                        settings.whole("usage.batch-size", 1),
                        settings.millis("usage.batch-linger-ms", 0)));
        beans.bind("usageApi", new UsageApi(opened, FLUSH));
    }

    private void bindWalk(Registry beans, Settings settings) {
        TokenCounter counter = new TokenCounter();
        counter.warmUp();
        Deadlines deadlines = new Deadlines();
        deadlines.start();
        beans.bind("deadlines", deadlines);
        Duration budget = settings.millis("provider.call-timeout-ms", 1);
        Duration patience = settings.millis("gateway.unread-timeout-ms", 1);
        ApiDialect api = new ApiDialect(Wiring::newSessionId);
        OpenAiDialect openAi = new OpenAiDialect(Wiring::newSessionId);
        AnthropicDialect anthropic = new AnthropicDialect(Wiring::newSessionId);
        beans.bind("apiEntrance", new Entrance(api, deadlines, budget, patience, clock));
        beans.bind("openAiEntrance", new Entrance(openAi, deadlines, budget, patience, clock));
        beans.bind("anthropicEntrance", new Entrance(anthropic, deadlines, budget, patience, clock));
        beans.bind("answer", new Answer(api, openAi, anthropic));
        anthropicDialect = anthropic;
        tokenCounter = counter;
        beans.bind("tokenLimit", new TokenLimit(counter));
        beans.bind("bill", new Bill(journal(), counter, clock));
        beans.bind(
                "retry",
                new Retry(
                        settings.whole("retry.max-attempts", 1),
                        settings.millis("retry.first-wait-ms", 0),
                        settings.millis("retry.longest-wait-ms", 0)));
        beans.bind("healthReport", new HealthReport());
    }

    private static String newSessionId() {
        return "sess_" + UUID.randomUUID();
    }

    private CallerServer server(CamelContext camel, Settings settings) {
        host = settings.text("gateway.host");
        port = settings.whole("gateway.port", 0);
        if (port > 65_535) {
            throw new StartFailure("GATEWAY_PORT must be 0 to 65535, was " + port);
        }
        drainTimeout = settings.millis("gateway.drain-timeout-ms", 0);
        int inFlight = settings.whole("gateway.max-in-flight", 1);
        EdgeLimits limits = new EdgeLimits(
                settings.wholeLong("gateway.max-body-bytes", 1),
                settings.millis("gateway.header-timeout-ms", 1),
                settings.millis("gateway.body-timeout-ms", 1),
                settings.millis("gateway.idle-timeout-ms", 1));
        Set<String> origins = Arrays.stream(
                        settings.text("gateway.allowed-origins").split(","))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .collect(Collectors.toSet());
        return new CallerServer(camel, limits, origins, new Admission(inFlight), inFlight + SPARE_WORKERS);
    }

    /** What needs the running routes: replay, health, and at last the port. */
    void open() throws Exception {
        CamelContext camel = camel();
        checkRouted(camel);
        replay(camel);
        HealthCheckRegistry health = HealthCheckRegistry.get(camel);
        health.register(new LedgerCheck(journal(), ledgerState));
        health.register(new ProvidersCheck(this::providers));
        health.register(new BreakersCheck(camel));
        try {
            port = server().listen(host, port);
        } catch (java.io.IOException e) {
            throw new StartFailure(
                    "GATEWAY_HOST and GATEWAY_PORT: cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + ")",
                    e);
        }
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

    /** The usage of processes that are gone without writing it, by the same route as all usage. */
    private void replay(CamelContext camel) throws Exception {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            JournalReplay.Report report = new JournalReplay(Objects.requireNonNull(journalFolder))
                    .replay(records -> template.requestBody("direct:usage-write", LedgerRow.batch(records)));
            if (report.journals() > 0) {
                LOG.warn(
                        "replayed the journal of {} earlier process(es): {} settled, {} lost in flight, {} damaged line(s)",
                        report.journals(),
                        report.settled(),
                        report.lost(),
                        report.damagedLines());
            }
        }
    }

    int port() {
        return port;
    }

    String screen() {
        String shownHost = host.contains(":") ? "[" + host + "]" : host;
        String model = providers().stream().anyMatch(p -> p.getName().equals("demo")) ? "demo" : "MODEL";
        boolean open = !Set.of("127.0.0.1", "localhost", "::1").contains(host);
        return StartScreen.of(
                "http://" + shownHost + ":" + port,
                open,
                providers(),
                Objects.requireNonNull(ledger).shownUrl(),
                model);
    }

    /** Takes nothing new, waits for what is in flight, and for the ledger. */
    void drain() {
        CallerServer open = server();
        open.drain();
        if (catalogWatch != null) {
            catalogWatch.stop();
        }
        long deadline = System.nanoTime() + drainTimeout.toNanos();
        try {
            while ((open.open() > 0 || journal().inFlight() > 0) && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
            if (!journal().awaitWritten(FLUSH)) {
                LOG.warn("the ledger's database is away; what is not written waits in the journal for the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        closeQuietly();
    }

    /** Closes what is open; for a start that failed as well. */
    void closeQuietly() {
        CallerServer open = server;
        if (open != null) {
            try {
                open.close();
            } catch (Exception e) {
                LOG.debug("the server did not close in peace", e);
            }
        }
        if (journal != null) {
            journal.close();
        }
        if (ledger != null) {
            ledger.close();
        }
    }

    private Collection<ProviderSteps> providers() {
        return camel().getRegistry().findByType(ProviderSteps.class);
    }

    private Set<String> available() {
        return providers().stream()
                .filter(ProviderSteps::isAvailable)
                .map(ProviderSteps::getName)
                .collect(Collectors.toSet());
    }

    private CamelContext camel() {
        return Objects.requireNonNull(context, "the Camel context is not there yet");
    }

    private Journal journal() {
        return Objects.requireNonNull(journal, "the journal is not open yet");
    }

    private CallerServer server() {
        return Objects.requireNonNull(server, "the server is not made yet");
    }
}
