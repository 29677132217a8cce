package dev.caravan.usage;

import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an audit asks of each row, day and month. */
final class AuditVisitor implements LedgerWalk.Visitor {

    private final Differences differences;
    private final RowProof rows;
    private final JournalProof journals;

    AuditVisitor(Differences differences, RowProof rows, JournalProof journals) {
        this.differences = differences;
        this.rows = rows;
        this.journals = journals;
    }

    @Override
    public void row(LedgerRows row) throws SQLException {
        rows.prove(row);
        journals.count(row.journalId());
    }

    @Override
    public void day(String date, @Nullable UsageGroup expected, @Nullable UsageGroup found) {
        differences.addRollup("day_is_sum_of_rows", "daily_usage", "date", date, expected, found);
    }

    @Override
    public void month(String month, @Nullable UsageGroup expected, @Nullable UsageGroup found) {
        differences.addRollup("month_is_sum_of_days", "monthly_usage", "month", month, expected, found);
    }

    @Override
    public void unreadable(String month, String file, @Nullable SQLException why) {
        journals.incomplete();
        differences.add(
                "archive_can_be_read",
                "archive",
                Map.of("month", month),
                "file",
                file,
                why == null ? null : String.valueOf(why.getMessage()));
    }
}
