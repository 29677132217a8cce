package dev.caravan.usage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the days anew from their rows, and the months from their days, in one transaction. Only what was wrong is written.
 * Gateways may be at work: what they settle meanwhile waits in their journals until the transaction is over.
 */
public final class Rebuild {

    private static final int ATTEMPTS = 5;

    private final LedgerSource source;

    public Rebuild(LedgerSource source) {
        this.source = source;
    }

    /**
     * The days of a month whose archive cannot be read stay as they are.
     *
     * @throws LedgerException where the ledger cannot be read and written; then nothing is changed
     */
    public RebuildReport run() {
        for (int attempt = 1; ; attempt++) {
            try {
                return once();
            } catch (ArchivesChanged e) {
                if (attempt == ATTEMPTS) {
                    throw new LedgerException("The ledger cannot be rebuilt now: " + e.getMessage(), e);
                }
            } catch (SQLException e) {
                throw new LedgerException("The ledger cannot be rebuilt: " + e.getMessage(), e);
            }
        }
    }

    private RebuildReport once() throws SQLException, ArchivesChanged {
        ArchiveReader archives = LedgerWalk.note(source);
        try (Connection ledger = source.exclusive();
                RollupRewrite rewrite = new RollupRewrite(ledger)) {
            Changes changes = new Changes(rewrite);
            LedgerWalk walk = new LedgerWalk(ledger, archives, changes);
            walk.days();
            rewrite.apply("daily_usage", "date");
            walk.months();
            rewrite.apply("monthly_usage", "month");
            source.commit(ledger);
            return changes.report();
        }
    }

    /** Takes down what has to be written; the tables that are being read are left alone until they have been. */
    private static final class Changes implements LedgerWalk.Visitor {

        private final RollupRewrite rewrite;
        private final Differences differences = new Differences();
        private final List<String> unreadable = new ArrayList<>();
        private long rows;

        private Changes(RollupRewrite rewrite) {
            this.rewrite = rewrite;
        }

        @Override
        public void row(LedgerRows row) {
            rows++;
        }

        @Override
        public void day(String date, @Nullable UsageGroup expected, @Nullable UsageGroup found) throws SQLException {
            long before = differences.total();
            differences.addRollup("day_is_sum_of_rows", "daily_usage", "date", date, expected, found);
            if (differences.total() > before) {
                rewrite.add(date, expected, found);
            }
        }

        @Override
        public void month(String month, @Nullable UsageGroup expected, @Nullable UsageGroup found) throws SQLException {
            long before = differences.total();
            differences.addRollup("month_is_sum_of_days", "monthly_usage", "month", month, expected, found);
            if (differences.total() > before) {
                rewrite.add(month, expected, found);
            }
        }

        @Override
        public void unreadable(String month, String file, @Nullable SQLException why) {
            unreadable.add(month);
        }

        private RebuildReport report() {
            return RebuildReport.of(rows, differences, unreadable);
        }
    }
}
