package dev.caravan.app;

import dev.caravan.catalog.Catalog;
import dev.caravan.route.LedgerCheck;
import dev.caravan.route.LedgerFeed;
import dev.caravan.route.LedgerState;
import dev.caravan.route.UsageApi;
import dev.caravan.route.UsageArchive;
import dev.caravan.route.UsageAudit;
import dev.caravan.route.UsageEvents;
import dev.caravan.usage.Archive;
import dev.caravan.usage.Audit;
import dev.caravan.usage.Journal;
import dev.caravan.usage.JournalBook;
import dev.caravan.usage.JournalReplay;
import dev.caravan.usage.KnownRowException;
import dev.caravan.usage.LedgerRow;
import dev.caravan.usage.LedgerSource;
import dev.caravan.usage.PriceBook;
import dev.caravan.usage.UsageRecord;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bill's parts: the database, the journal in front of it, and the beans by which the routes use them. */
final class LedgerParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerParts.class);

    /** How long a question, or the end of the program, waits for the database to catch up. */
    private static final Duration FLUSH = Duration.ofSeconds(5);

    private final Clock clock;
    private final LedgerState state = new LedgerState();
    private final LedgerDatabase database;
    private final PriceBook prices;
    private final JournalBook journals;
    private final Path journalFolder;
    private final Journal journal;
    private final @Nullable Archive archive;

    /** @throws RuntimeException with one line, where the database or the journal cannot be used */
    LedgerParts(Settings settings, Clock clock) {
        this.clock = clock;
        database = new LedgerDatabase(settings.text("usage.db-url"));
        prices = new PriceBook(database.writer(), clock);
        journals = new JournalBook(database.writer());
        String folder = settings.text("usage.journal-dir");
        journalFolder = folder.isEmpty() ? besideLedger() : Path.of(folder);
        journal = Journal.open(
                journalFolder,
                settings.wholeLong("usage.journal-segment-bytes", 65_536),
                settings.millis("usage.journal-sync-ms", 1),
                clock);
        Path file = database.file();
        archive = file == null ? null : new Archive(file, settings.wholeLong("usage.archive-above-bytes", 0), clock);
        settings.millis("usage.archive-check-ms", 1);
    }

    private Path besideLedger() {
        Path file = database.file();
        return file == null ? Path.of("data", "journal") : file.resolveSibling("journal");
    }

    void bind(Registry beans, Settings settings) {
        beans.bind("ledgerWriter", database.writer());
        beans.bind("ledgerReader", database.reader());
        beans.bind("ledgerTransactions", new LedgerTransactions(database));
        beans.bind(
                "ledgerFeed",
                new LedgerFeed(
                        journal,
                        state,
                        settings.whole("usage.batch-size", 1),
                        settings.millis("usage.batch-linger-ms", 0)));
        beans.bind("usageEvents", new UsageEvents());
        beans.bind("usageApi", new UsageApi(journal, FLUSH));
        LedgerSource source = new LedgerSource(settings.text("usage.db-url"));
        beans.bind("usageAudit", new UsageAudit(new Audit(source, journal, FLUSH, clock)));
        beans.bind("usageArchive", new UsageArchive(archive, database.reader(), database.writer()));
    }

    Journal journal() {
        return journal;
    }

    LedgerState state() {
        return state;
    }

    LedgerDatabase database() {
        return database;
    }

    LedgerCheck check() {
        return new LedgerCheck(journal, state);
    }

    /** For people: without user, password and options. */
    String shownUrl() {
        return database.shownUrl();
    }

    /** @throws dev.caravan.usage.LedgerException where the ledger takes no writes; the catalogue must not come into force then */
    void keepPrices(Catalog catalog) {
        prices.add(catalog);
    }

    /**
     * Writes the usage of processes that are gone without writing it, by the same route as all usage.
     *
     * @param journalEnded told of each journal of which nothing is left to write
     */
    void replay(CamelContext camel, Consumer<String> journalEnded) throws Exception {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            JournalReplay.Report report = new JournalReplay(journalFolder).replay(new JournalReplay.BatchWriter() {
                @Override
                public void write(String journalId, List<UsageRecord> records) {
                    try {
                        writeAll(journalId, records);
                    } catch (CamelExecutionException e) {
                        if (!KnownRowException.isCauseOf(e)) {
                            throw e;
                        }
                        records.forEach(usage -> writeAll(journalId, List.of(usage)));
                    }
                }

                private void writeAll(String journalId, List<UsageRecord> records) {
                    template.requestBodyAndHeaders(
                            "direct:usage-write",
                            LedgerRow.batch(journalId, records),
                            Map.of(LedgerFeed.JOURNAL_ID, journalId, LedgerFeed.OPENED, 0L));
                }

                @Override
                public void ended(String journalId) throws SQLException {
                    journals.ended(journalId, 0, clock.instant());
                    journalEnded.accept(journalId);
                }
            });
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

    /** Lets no more old rows go; what was begun is continued after the next start. */
    void stopArchive() {
        if (archive != null) {
            archive.stop();
        }
    }

    /** Waits until the database has all that is settled; what it does not take waits in the journal. */
    void flush() throws InterruptedException {
        if (!journal.awaitWritten(FLUSH)) {
            LOG.warn("the ledger's database is away; what is not written waits in the journal for the next start");
        }
    }

    @Override
    public void close() {
        journal.close();
        if (archive != null) {
            archive.close();
        }
        if (journal.inFlight() == 0 && journal.settledNotWritten() == 0) {
            endJournal();
        }
        database.close();
    }

    /** Where the ledger is away the next start does it, with the journal's replay. */
    private void endJournal() {
        try {
            journals.ended(journal.id(), journal.openedTotal(), clock.instant());
        } catch (SQLException e) {
            LOG.warn("the ledger was not told that journal {} has ended ({})", journal.id(), e.getMessage());
        }
    }
}
