package dev.caravan.usage;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The rows of a day, summed: those of the ledger and those of its month's archive, a row that is in both once. */
final class RowGroups implements UsageGroups {

    /** Sees each row once. */
    interface Reader {
        void row(LedgerRows row) throws SQLException;
    }

    private final LedgerRows ledger;
    private final @Nullable LedgerRows archive;
    private final Reader reader;
    private boolean inLedger;
    private boolean inArchive;
    private @Nullable LedgerRows present;

    /** @param archive null where the month is not archived */
    RowGroups(LedgerRows ledger, @Nullable LedgerRows archive, Reader reader) throws SQLException {
        this.ledger = ledger;
        this.archive = archive;
        this.reader = reader;
        inLedger = ledger.next();
        inArchive = archive != null && archive.next();
        present = choose();
    }

    @Override
    public @Nullable UsageGroup next() throws SQLException {
        LedgerRows row = present;
        if (row == null) {
            return null;
        }
        UsageGroup group = new UsageGroup(row.userId(), row.modelId(), row.provider(), new RollupSums());
        while (row != null
                && row.userId().equals(group.userId())
                && row.modelId().equals(group.modelId())) {
            group.sums().add(row.counts());
            reader.row(row);
            if (row == ledger) {
                inLedger = ledger.next();
            } else {
                inArchive = row.next();
            }
            row = choose();
        }
        present = row;
        return group;
    }

    private @Nullable LedgerRows choose() throws SQLException {
        if (archive == null || !inArchive) {
            return inLedger ? ledger : null;
        }
        if (!inLedger) {
            return archive;
        }
        int order = ledger.compareTo(archive);
        if (order == 0) {
            inLedger = ledger.next();
            return archive;
        }
        return order < 0 ? ledger : archive;
    }

    @Override
    public void close() throws SQLException {
        try (LedgerRows first = ledger;
                LedgerRows second = archive) {
            present = null;
        }
    }
}
