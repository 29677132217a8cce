package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.usage.Audit;
import dev.caravan.usage.AuditReport;
import dev.caravan.usage.LedgerException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit as a page. It reads the whole ledger, so only one is under way at a time. */
public final class UsageAudit {

    private static final Logger LOG = LoggerFactory.getLogger(UsageAudit.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final SharedTurn<AuditReport> turns;

    public UsageAudit(Audit audit) {
        this.turns = new SharedTurn<>(audit::run);
    }

    /** @throws RequestException 503 where the ledger cannot be read now */
    public void prove(Exchange exchange) throws Exception {
        try {
            exchange.getMessage().setBody(turns.take().json());
        } catch (LedgerException e) {
            LOG.warn("no audit: {}", e.getMessage());
            throw new RequestException(
                    ErrorCode.LEDGER_UNAVAILABLE, "The ledger cannot be audited now; try again", RETRY_AFTER, e);
        }
    }
}
