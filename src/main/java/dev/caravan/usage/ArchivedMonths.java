package dev.caravan.usage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which months have files of their own, as one moment's ledger says it.
 *
 * @param movedUntil rows accepted before this time are in the files, and in the ledger only where they came late; empty
 *     where nothing has moved
 * @param files the name of each month's file, by month
 */
record ArchivedMonths(String movedUntil, NavigableMap<String, String> files) {

    ArchivedMonths {
        files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
    }

    /** @param ledger in the transaction that what is said shall be true for */
    static ArchivedMonths read(Connection ledger) throws SQLException {
        NavigableMap<String, String> files = new TreeMap<>();
        String movedUntil = "";
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery("SELECT month, file, moved_until FROM archive")) {
            while (row.next()) {
                files.put(row.getString("month"), row.getString("file"));
                String until = row.getString("moved_until");
                movedUntil = until.compareTo(movedUntil) > 0 ? until : movedUntil;
            }
        }
        return new ArchivedMonths(movedUntil, files);
    }

    static String month(String createdAt) {
        return createdAt.substring(0, "uuuu-MM".length());
    }

    /** Whether a row accepted then is where the files are to be asked. */
    boolean hold(String createdAt) {
        return createdAt.compareTo(movedUntil) < 0;
    }
}
