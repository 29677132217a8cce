package dev.caravan.usage;

/** One line of a journal, read back. */
sealed interface JournalLine {

    /** The first line of a segment. */
    record Header(int version) implements JournalLine {}

    record Opened(OpenedRequest request) implements JournalLine {}

    record Settled(UsageRecord usage) implements JournalLine {}

    /** All that stands before that place is in the ledger. */
    record Written(long segment, long offset) implements JournalLine {}

    /** A line that says nothing: a probe of the disk, or a kind that a newer program wrote. */
    record Other() implements JournalLine {}
}
