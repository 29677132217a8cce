package dev.caravan.usage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the journal is.
 *
 * @param writable whether the last append reached the file; while false, no request is accepted
 * @param settledNotWritten records that the ledger has not yet
 * @param inMemory those of them that the disk refused, so that they would not survive the process
 * @param lag the age of the oldest record that the ledger has not yet; zero where it has all
 * @param inFlight requests opened and not settled
 * @param damagedLines lines of this process's journal that could not be read back
 * @param trouble the system's own words, for the operator only; null where nothing is wrong
 */
public record JournalHealth(
        boolean writable,
        long settledNotWritten,
        long inMemory,
        Duration lag,
        int inFlight,
        long damagedLines,
        @Nullable String trouble) {}
