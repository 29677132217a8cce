package dev.caravan.usage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of its own journal, to hold against one moment of the ledger while requests come and go.
 *
 * @param opened just after that moment
 * @param settledAtLeast were in the ledger at that moment
 * @param settledAtMost were settled just after that moment
 */
record OwnJournal(String id, long opened, long settledAtLeast, long settledAtMost) {

    /**
     * Before the ledger's moment: waits until the ledger has all that is settled now.
     *
     * @return how many that are at least; null where the ledger takes too long
     */
    static @Nullable Long awaitSettled(Journal journal, Duration patience) throws InterruptedException {
        long settled = journal.totals().settledAtLeast();
        return journal.awaitWritten(patience) ? (Long) settled : null;
    }

    /** After the ledger's moment. */
    static OwnJournal after(Journal journal, long settledAtLeast) {
        long settledAtMost = journal.totals().settledAtMost();
        // Asked last: whatever is settled was opened.
        return new OwnJournal(journal.id(), journal.openedTotal(), settledAtLeast, settledAtMost);
    }
}
