package dev.caravan.route;

import dev.caravan.usage.Journal;
import dev.caravan.usage.JournalHealth;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Whether usage can be recorded. DOWN only when it cannot: the journal refuses. A database that is away is told, but the
 * journal keeps what it will get.
 */
public final class LedgerCheck extends AbstractHealthCheck {

    private final Journal journal;
    private final LedgerState state;

    public LedgerCheck(Journal journal, LedgerState state) {
        super("caravan", "ledger");
        this.journal = journal;
        this.state = state;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        JournalHealth health = journal.health();
        builder.detail("database", state.isWritable() ? "writable" : "unavailable");
        builder.detail("journal", health.writable() ? "writable" : "unavailable");
        builder.detail("unwritten_records", health.settledNotWritten());
        builder.detail("in_memory_records", health.inMemory());
        builder.detail("journal_lag_ms", health.lag().toMillis());
        builder.detail("in_flight", health.inFlight());
        builder.state(health.writable() ? HealthCheck.State.UP : HealthCheck.State.DOWN);
    }
}
