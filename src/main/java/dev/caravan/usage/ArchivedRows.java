package dev.caravan.usage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The ledger's single rows wherever they are now: what the usage API and the writer ask the archives for. Thread-safe. */
public final class ArchivedRows {

    private final DataSource ledger;
    private final SessionLookup sessions;
    private final LatencyLookup latencies;
    private final LateRows late;

    /** @param ledger connections to read by */
    public ArchivedRows(Archive archive, DataSource ledger) {
        this.ledger = ledger;
        this.sessions = new SessionLookup(archive.files());
        this.latencies = new LatencyLookup(archive.files());
        this.late = new LateRows(archive.files());
    }

    /** A session over the ledger and its archives; null where nothing was ever archived. */
    public @Nullable SessionRows session(UsageQuery query) throws SQLException {
        return atOneMoment(connection -> sessions.ask(connection, query));
    }

    /** What the SQL file of the p95 gives, over the ledger and its archives; null where these have nothing of that time. */
    public @Nullable List<Map<String, Object>> p95(UsageQuery query) throws SQLException {
        return atOneMoment(connection -> latencies.ask(connection, query));
    }

    /**
     * The rows of a batch that are not in an archive already.
     *
     * @param writer the connection whose transaction will write the batch
     */
    public List<Map<String, @Nullable Object>> unarchived(Connection writer, List<Map<String, @Nullable Object>> batch)
            throws SQLException {
        return late.unarchived(writer, batch);
    }

    private <T> @Nullable T atOneMoment(Question<T> question) throws SQLException {
        try (Connection connection = ledger.getConnection();
                Statement statement = connection.createStatement()) {
            // Not by the driver's own transaction, which would take the writer's place.
            statement.execute("BEGIN");
            try {
                return question.ask(connection);
            } finally {
                statement.execute("ROLLBACK");
            }
        }
    }

    private interface Question<T> {
        @Nullable
        T ask(Connection ledger) throws SQLException;
    }
}
