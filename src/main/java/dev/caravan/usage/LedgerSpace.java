package dev.caravan.usage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The room that a ledger takes in its file. A file that this program made gives back what is free, some pages at a time; one
 * that was made without SQLite's {@code auto_vacuum} keeps its length and fills what is free before it grows again.
 */
final class LedgerSpace {

    private static final int INCREMENTAL = 2;

    /** Free pages that are not worth a transaction: the next rows take them. */
    private static final int FEW = 64;

    private final Connection ledger;

    LedgerSpace(Connection ledger) {
        this.ledger = ledger;
    }

    /** Bytes that hold something. */
    long usedBytes() throws SQLException {
        return (number("page_count") - number("freelist_count")) * number("page_size");
    }

    /** Gives free pages back to the file system, where the file can. */
    void shrink(Consumer<ArchiveStage> stages, BooleanSupplier stopped) throws SQLException {
        if (number("auto_vacuum") != INCREMENTAL) {
            return;
        }
        Pace pace = new Pace();
        while (number("freelist_count") > FEW && !stopped.getAsBoolean()) {
            try (Statement statement = ledger.createStatement()) {
                // As an update: the driver's other ways take one step of the statement only, which is one page.
                statement.executeUpdate("PRAGMA main.incremental_vacuum(" + pace.begin() + ")");
            }
            stages.accept(ArchiveStage.SHRUNK);
            pace.rest();
        }
        try (Statement statement = ledger.createStatement()) {
            statement.execute("PRAGMA main.wal_checkpoint(PASSIVE)");
        }
    }

    private long number(String pragma) throws SQLException {
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA main." + pragma)) {
            row.next();
            return row.getLong(1);
        }
    }
}
