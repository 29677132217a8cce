package dev.caravan.usage;

/** While the ledger was read, rows went into an archive: what was read is not of one moment. */
final class ArchivesChanged extends Exception {

    private static final long serialVersionUID = 1L;

    ArchivesChanged(String month) {
        super("rows went into the archive of " + month + " while it was read");
    }
}
