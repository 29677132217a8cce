package dev.caravan.usage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The rows of {@code daily_usage} or {@code monthly_usage}, summed where several days are asked for. */
final class RollupGroups implements UsageGroups {

    private static final int FIRST_COUNTER = 4;

    private final LedgerQuery query;
    private final ResultSet rows;
    private boolean more;

    private RollupGroups(LedgerQuery query) throws SQLException {
        this.query = query;
        this.rows = query.rows();
        this.more = rows.next();
    }

    static RollupGroups day(Connection ledger, String date) throws SQLException {
        return new RollupGroups(new LedgerQuery(
                ledger,
                "SELECT user_id, model_id, provider, " + RollupSums.COLUMNS + " FROM daily_usage WHERE date = ?"
                        + " ORDER BY user_id, model_id",
                date));
    }

    static RollupGroups days(Connection ledger, Period month) throws SQLException {
        return new RollupGroups(new LedgerQuery(
                ledger,
                "SELECT user_id, model_id, provider, " + RollupSums.COLUMNS
                        + " FROM daily_usage WHERE date >= ? AND date < ?" + " ORDER BY user_id, model_id",
                month.from(),
                month.to()));
    }

    static RollupGroups month(Connection ledger, String month) throws SQLException {
        return new RollupGroups(new LedgerQuery(
                ledger,
                "SELECT user_id, model_id, provider, " + RollupSums.COLUMNS + " FROM monthly_usage WHERE month = ?"
                        + " ORDER BY user_id, model_id",
                month));
    }

    @Override
    public @Nullable UsageGroup next() throws SQLException {
        if (!more) {
            return null;
        }
        String user = rows.getString(1);
        String model = rows.getString(2);
        UsageGroup group = new UsageGroup(user, model, rows.getString(3), new RollupSums());
        do {
            group.sums().add(rows, FIRST_COUNTER);
            more = rows.next();
        } while (more && rows.getString(1).equals(user) && rows.getString(2).equals(model));
        return group;
    }

    @Override
    public void close() throws SQLException {
        query.close();
    }
}
