package dev.caravan.route;

import dev.caravan.usage.Journal;
import dev.caravan.usage.KnownRowException;
import dev.caravan.usage.LedgerRow;
import dev.caravan.usage.Rollups;
import dev.caravan.usage.UsageRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Exchange;
import org.apache.camel.component.sql.SqlConstants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as the usage route sees it: rings, batches, and what to do when the database is away. One thread takes and
 * confirms; any thread rings.
 */
public final class LedgerFeed {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerFeed.class);

    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

    /** Named parameters of {@code upsert-journal.sql}. */
    public static final String JOURNAL_ID = "journal_id";

    public static final String OPENED = "opened";

    private static final String SETTLED = "settled";

    private final Journal journal;
    private final LedgerState state;
    private final int batchSize;
    private final Duration linger;
    private List<UsageRecord> batch = List.of();
    private int oneByOne;

    /**
     * @param batchSize records in one transaction, at least 1
     * @param linger how long a batch waits for more records
     */
    public LedgerFeed(Journal journal, LedgerState state, int batchSize, Duration linger) {
        this.journal = journal;
        this.state = state;
        this.batchSize = batchSize;
        this.linger = linger;
    }

    /** Tells the writer that a record is waiting. */
    @NeverWaits
    public void ring(Exchange tapped) {
        journal.ring();
    }

    /** Waits a while for records; they are the body, as rows for the SQL steps. */
    public void takeBatch(Exchange exchange) throws InterruptedException {
        batch = journal.awaitBatch(oneByOne > 0 ? 1 : batchSize, linger, IDLE);
        exchange.getMessage().setBody(LedgerRow.batch(journal.id(), batch));
        exchange.getMessage().setHeader(JOURNAL_ID, journal.id());
        exchange.getMessage().setHeader(OPENED, journal.openedTotal());
    }

    /** Whether the wait brought any. */
    public boolean hasBatch() {
        return !batch.isEmpty();
    }

    /**
     * Between the rows and the rollups: the body becomes what day and month grow by.
     *
     * @throws KnownRowException where a batch of several holds a row that was in the ledger already
     */
    public void sumNewRows(Exchange exchange) throws KnownRowException {
        List<Map<String, @Nullable Object>> rows = exchange.getMessage().getBody(List.class);
        int fresh = exchange.getMessage().getHeader(SqlConstants.SQL_UPDATE_COUNT, 0, Integer.class);
        if (fresh != rows.size() && rows.size() > 1) {
            throw new KnownRowException(rows.size() - fresh, rows.size());
        }
        exchange.getMessage().setHeader(SETTLED, (long) fresh);
        exchange.getMessage().setBody(fresh == 0 ? List.of() : Rollups.of(rows));
    }

    /** The batch is in the database. */
    public void written() {
        journal.written(batch);
        oneByOne = Math.max(0, oneByOne - 1);
        if (state.recovered()) {
            LOG.info("the ledger's database takes writes again");
        }
    }

    /** The batch is not in the database: it stays in the journal and is tried again after a breath. */
    public void failed(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (KnownRowException.isCauseOf(failure)) {
            oneByOne = batch.size();
            return;
        }
        if (state.failed()) {
            LOG.warn("the ledger's database takes no writes; usage waits in the journal ({})", rootWords(failure));
        }
        LockSupport.parkNanos(AFTER_FAILURE.toNanos());
    }

    private static String rootWords(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
