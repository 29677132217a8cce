package dev.caravan.app;

import dev.caravan.route.LedgerCheck;
import dev.caravan.route.LedgerFeed;
import dev.caravan.route.LedgerState;
import dev.caravan.route.UsageApi;
import dev.caravan.route.UsageArchive;
import dev.caravan.usage.Archive;
import dev.caravan.usage.Journal;
import dev.caravan.usage.JournalReplay;
import dev.caravan.usage.LedgerRow;
import dev.caravan.usage.SqliteFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelContext;
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

    private final LedgerState state = new LedgerState();
    private final LedgerDatabase database;
    private final Path journalFolder;
    private final Journal journal;
    private final @Nullable Archive archive;

    /** @throws RuntimeException with one line, where the database or the journal cannot be used */
    LedgerParts(Settings settings, Clock clock) {
        database = new LedgerDatabase(settings.text("usage.db-url"));
        String folder = settings.text("usage.journal-dir");
        journalFolder = folder.isEmpty() ? database.folder().resolve("journal") : Path.of(folder);
        journal = Journal.open(
                journalFolder,
                settings.wholeLong("usage.journal-segment-bytes", 65_536),
                settings.millis("usage.journal-sync-ms", 1),
                clock);
        Path file = SqliteFile.of(settings.text("usage.db-url"));
        archive = file == null ? null : new Archive(file, settings.wholeLong("usage.archive-above-bytes", 0), clock);
        settings.millis("usage.archive-check-ms", 1);
    }

    void bind(Registry beans, Settings settings) {
        beans.bind("ledgerWriter", database.writer());
        beans.bind("ledgerReader", database.reader());
        beans.bind("ledgerTransactions", new LedgerTransactions(database.writer()));
        beans.bind(
                "ledgerFeed",
                new LedgerFeed(
                        journal,
                        state,
                        settings.whole("usage.batch-size", 1),
                        settings.millis("usage.batch-linger-ms", 0)));
        beans.bind("usageApi", new UsageApi(journal, FLUSH));
        beans.bind("usageArchive", new UsageArchive(archive, database.reader(), database.writer()));
    }

    Journal journal() {
        return journal;
    }

    LedgerCheck check() {
        return new LedgerCheck(journal, state);
    }

    /** For people: without user, password and options. */
    String shownUrl() {
        return database.shownUrl();
    }

    /** Writes the usage of processes that are gone without writing it, by the same route as all usage. */
    void replay(CamelContext camel) throws Exception {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            JournalReplay.Report report = new JournalReplay(journalFolder)
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
        database.close();
    }
}
