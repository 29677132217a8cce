package dev.caravan.usage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps rows that are in an archive already from being counted once more: a journal that is replayed late may hold records
 * that were written, and whose rows have left the ledger since. Thread-safe.
 */
final class LateRows {

    private final ArchiveFiles files;

    LateRows(ArchiveFiles files) {
        this.files = files;
    }

    /**
     * The rows of a batch without those that are in an archive.
     *
     * @param ledger in the transaction that will write the batch: a row can leave the ledger before it or after it
     */
    List<Map<String, @Nullable Object>> unarchived(Connection ledger, List<Map<String, @Nullable Object>> batch)
            throws SQLException {
        ArchivedMonths archived = ArchivedMonths.read(ledger);
        if (archived.movedUntil().isEmpty()) {
            return batch;
        }
        List<Map<String, @Nullable Object>> rows = new ArrayList<>(batch.size());
        for (Map<String, @Nullable Object> row : batch) {
            if (!archived.hold(String.valueOf(row.get("created_at"))) || !has(archived, row)) {
                rows.add(row);
            }
        }
        return rows;
    }

    private boolean has(ArchivedMonths archived, Map<String, @Nullable Object> row) throws SQLException {
        String file = archived.files().get(String.valueOf(row.get("month")));
        if (file == null) {
            return false;
        }
        // A file that is not there cannot be asked. Then the row is written: rather twice than not at all.
        Boolean there = files.ask(file, archive -> SessionLookup.has(archive, String.valueOf(row.get("request_id"))));
        return there != null && there;
    }
}
