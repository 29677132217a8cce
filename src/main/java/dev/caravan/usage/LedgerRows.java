package dev.caravan.usage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The rows of one period in the ledger or in an archive, one after another, by user, model and request. */
final class LedgerRows implements AutoCloseable {

    private static final String SELECT = """
            SELECT user_id, model_id, provider,
                1 AS request_count,
                CASE WHEN status = 'ok' THEN 1 ELSE 0 END AS ok_count,
                CASE WHEN status = 'lost' THEN 1 ELSE 0 END AS lost_count,
                prompt_tokens, completion_tokens, total_tokens, cached_tokens, cache_write_tokens,
                cache_write_1h_tokens, reasoning_tokens, input_cost_micros, output_cost_micros,
                CASE WHEN status = 'lost' THEN 0 ELSE latency_ms END AS latency_ms_sum,
                request_id, price_version, journal_id
            FROM session_usage
            WHERE created_at >= ? AND created_at < ?
            ORDER BY user_id, model_id, request_id""";

    private static final int FIRST_COUNTER = 4;

    private static final int REQUEST_ID = 17;
    private static final int PRICE_VERSION = 18;
    private static final int JOURNAL_ID = 19;

    private final LedgerQuery query;
    private final ResultSet rows;
    private final RollupSums counts = new RollupSums();
    private String userId = "";
    private String modelId = "";

    LedgerRows(Connection connection, Period period) throws SQLException {
        query = new LedgerQuery(connection, SELECT, period.from(), period.to());
        rows = query.rows();
    }

    boolean next() throws SQLException {
        if (!rows.next()) {
            return false;
        }
        userId = rows.getString(1);
        modelId = rows.getString(2);
        counts.set(rows, FIRST_COUNTER);
        return true;
    }

    /** What the row adds to its day; that of the next row after {@link #next}. */
    RollupSums counts() {
        return counts;
    }

    String userId() {
        return userId;
    }

    String modelId() {
        return modelId;
    }

    String provider() throws SQLException {
        return rows.getString(3);
    }

    String requestId() throws SQLException {
        return rows.getString(REQUEST_ID);
    }

    String priceVersion() throws SQLException {
        return rows.getString(PRICE_VERSION);
    }

    @Nullable
    String journalId() throws SQLException {
        return rows.getString(JOURNAL_ID);
    }

    /** The order of the rows; 0 for the same row in two places. */
    int compareTo(LedgerRows other) throws SQLException {
        int users = UsageGroup.compare(userId, other.userId);
        if (users != 0) {
            return users;
        }
        int models = UsageGroup.compare(modelId, other.modelId);
        return models != 0 ? models : UsageGroup.compare(requestId(), other.requestId());
    }

    @Override
    public void close() throws SQLException {
        query.close();
    }
}
