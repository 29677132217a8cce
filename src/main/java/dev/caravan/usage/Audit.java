package dev.caravan.usage;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Proves the ledger, as it is at one moment, while gateways go on writing: each day is the sum of its rows and each month
 * that of its days, each cost follows from its tokens and prices, and each request that was opened has its row or is in
 * flight.
 */
public final class Audit {

    /** How often rows may go into an archive that is being read; they do so once a month. */
    private static final int ATTEMPTS = 5;

    private final LedgerSource source;
    private final @Nullable Journal own;
    private final Duration patience;
    private final Clock clock;

    /**
     * @param own the journal of this process; null where it is no gateway
     * @param patience how long to wait until the ledger has what that journal has
     */
    public Audit(LedgerSource source, @Nullable Journal own, Duration patience, Clock clock) {
        this.source = source;
        this.own = own;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Takes a second for each quarter of a million rows or so. Safe for all threads.
     *
     * @throws LedgerException where the ledger cannot be read, or does not catch up with the journal
     */
    public AuditReport run() throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return once();
            } catch (ArchivesChanged e) {
                if (attempt == ATTEMPTS) {
                    throw new LedgerException("The ledger cannot be audited now: " + e.getMessage(), e);
                }
            } catch (SQLException e) {
                throw new LedgerException("The ledger cannot be audited: " + e.getMessage(), e);
            }
        }
    }

    private AuditReport once() throws SQLException, ArchivesChanged, InterruptedException {
        Long settledBefore = own == null ? (Long) 0L : OwnJournal.awaitSettled(own, patience);
        if (settledBefore == null) {
            throw new LedgerException("The ledger is catching up with the journal; ask again in a moment", null);
        }
        ArchiveReader archives = LedgerWalk.note(source);
        try (Connection ledger = source.snapshot();
                PriceList prices = new PriceList(ledger)) {
            OwnJournal journal = own == null ? null : OwnJournal.after(own, settledBefore);
            String checkedAt = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
            Differences differences = new Differences();
            JournalProof journals = new JournalProof(ledger, differences);
            LedgerWalk walk = new LedgerWalk(
                    ledger, archives, new AuditVisitor(differences, new RowProof(prices, differences), journals));
            walk.days();
            walk.months();
            journals.prove(journal);
            return new AuditReport(
                    checkedAt,
                    journals.rows(),
                    journals.opened(),
                    journals.settled(),
                    journals.opened() - journals.settled(),
                    differences.total(),
                    differences.kept());
        }
    }
}
