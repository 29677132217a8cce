package dev.caravan.usage;

/** The moments of an archiving run after which something is on disk that was not before. A crash may come at each. */
enum ArchiveStage {
    /** The month's file is there, with empty tables. */
    MADE,
    /** The month's rows are in its file, and still in the ledger too; nobody reads them there. */
    COPIED,
    /** The ledger names the file. */
    NAMED,
    /** Some of the month's rows have left the ledger. */
    DROPPED,
    /** All of the month's rows have left. */
    MOVED,
    /** Some of the room that they took is given back. */
    SHRUNK
}
