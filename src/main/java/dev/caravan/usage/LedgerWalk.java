package dev.caravan.usage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a whole ledger once, in the order of its keys and in bounded memory: the rows of a day, summed, beside what
 * the day's table says; the days of a month beside what the month's table says.
 */
final class LedgerWalk {

    /** What the walk sees. */
    interface Visitor extends RowGroups.Reader {

        /** A key of a day: its rows' sum, and the row of {@code daily_usage}. Not both are null. */
        void day(String date, @Nullable UsageGroup expected, @Nullable UsageGroup found) throws SQLException;

        /** A key of a month: its days' sum, and the row of {@code monthly_usage}. Not both are null. */
        void month(String month, @Nullable UsageGroup expected, @Nullable UsageGroup found) throws SQLException;

        /**
         * The rows of that month cannot be read; its days, or the rest of them, are passed over.
         *
         * @param why null where the file is not there
         */
        void unreadable(String month, String file, @Nullable SQLException why);
    }

    private final Connection ledger;
    private final @Nullable ArchiveReader archives;
    private final Visitor visitor;
    private final SortedMap<String, String> files;

    /**
     * @param ledger in the transaction whose moment is walked through
     * @param archives has noted the archives before that moment; null where there are none
     */
    LedgerWalk(Connection ledger, @Nullable ArchiveReader archives, Visitor visitor) throws SQLException {
        this.ledger = ledger;
        this.archives = archives;
        this.visitor = visitor;
        files = archives == null ? new TreeMap<>() : ArchiveReader.months(ledger);
    }

    /** Opens the archives that an audit of that ledger needs to have noted; null with PostgreSQL. */
    static @Nullable ArchiveReader note(LedgerSource source) throws SQLException {
        Path file = source.file();
        if (file == null) {
            return null;
        }
        try (Connection ledger = source.connect()) {
            ArchiveReader archives = new ArchiveReader(file);
            archives.note(ledger);
            return archives;
        }
    }

    /** @throws ArchivesChanged where the walk has to begin again */
    void days() throws SQLException, ArchivesChanged {
        SortedMap<String, String> left = new TreeMap<>(files);
        try (Periods rows = new Periods(ledger, "session_usage", "created_at", Period::month, null);
                Periods days = new Periods(ledger, "daily_usage", "date", Period::month, null)) {
            List<Periods> all = List.of(rows, days);
            Period month = Periods.first(all);
            while (month != null || !left.isEmpty()) {
                if (month == null || (!left.isEmpty() && UsageGroup.compare(left.firstKey(), month.name()) < 0)) {
                    month = Period.month(left.firstKey());
                }
                String file = left.remove(month.name());
                if (file == null || archives == null) {
                    days(month, null);
                } else {
                    archived(archives, month, file);
                }
                rows.pass(month.name());
                days.pass(month.name());
                month = Periods.first(all);
            }
        }
    }

    private void archived(ArchiveReader reader, Period month, String file) throws SQLException, ArchivesChanged {
        try (Connection archive = reader.open(file)) {
            if (archive == null) {
                visitor.unreadable(month.name(), file, null);
                return;
            }
            days(month, archive);
        } catch (SQLException e) {
            if (reader.isReadable(file)) {
                throw e;
            }
            visitor.unreadable(month.name(), file, e);
            return;
        }
        reader.requireUnchanged(month.name(), file);
    }

    private void days(Period month, @Nullable Connection archive) throws SQLException {
        Connection second = archive == null ? ledger : archive;
        try (Periods rows = new Periods(ledger, "session_usage", "created_at", Period::day, month);
                Periods old = new Periods(second, "session_usage", "created_at", Period::day, month);
                Periods days = new Periods(ledger, "daily_usage", "date", Period::exactly, month)) {
            List<Periods> all = List.of(rows, old, days);
            for (Period day = Periods.first(all); day != null; day = Periods.first(all)) {
                String date = day.name();
                Period times = (rows.has(date) ? rows : old).at(date);
                try (UsageGroups expected = new RowGroups(
                                new LedgerRows(ledger, times),
                                archive == null ? null : new LedgerRows(archive, times),
                                visitor);
                        UsageGroups found = RollupGroups.day(ledger, date)) {
                    UsageGroups.compare(expected, found, (sum, row) -> visitor.day(date, sum, row));
                }
                rows.pass(date);
                old.pass(date);
                days.pass(date);
            }
        }
    }

    void months() throws SQLException {
        try (Periods days = new Periods(ledger, "daily_usage", "date", Period::month, null);
                Periods months = new Periods(ledger, "monthly_usage", "month", Period::exactly, null)) {
            List<Periods> all = List.of(days, months);
            for (Period month = Periods.first(all); month != null; month = Periods.first(all)) {
                String name = month.name();
                Period dates = days.at(name);
                try (UsageGroups expected = RollupGroups.days(ledger, dates);
                        UsageGroups found = RollupGroups.month(ledger, name)) {
                    UsageGroups.compare(expected, found, (sum, row) -> visitor.month(name, sum, row));
                }
                days.pass(name);
                months.pass(name);
            }
        }
    }
}
