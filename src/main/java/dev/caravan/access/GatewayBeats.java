package dev.caravan.access;

import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says now and then that this gateway is alive, and notices which others are not: those whose beat stood still each time we
 * looked, many times in a row. No clock is asked, so none that jumps can declare a gateway dead. What a gateway that is gone
 * had reserved is given back; what the ledger knows of it is charged instead.
 */
final class GatewayBeats {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayBeats.class);

    /** Looks in a row at which a beat stood still. */
    private static final int STILL = 6;

    private final String gatewayId;
    private final Map<String, Seen> others = new HashMap<>();

    GatewayBeats(String gatewayId) {
        this.gatewayId = gatewayId;
    }

    private record Seen(long beat, int times) {}

    /** One beat, and one look at the others. Answers how many are there. */
    int beat(CounterRows rows, Instant now) throws SQLException {
        rows.beat(gatewayId);
        Map<String, Long> beats = rows.beats();
        beats.remove(gatewayId);
        others.keySet().retainAll(beats.keySet());
        for (Map.Entry<String, Long> other : beats.entrySet()) {
            Seen before = others.get(other.getKey());
            int times = before != null && before.beat() == other.getValue() ? before.times() + 1 : 0;
            Seen seen = new Seen(other.getValue(), times);
            others.put(other.getKey(), seen);
            if (seen.times() >= STILL) {
                int left = free(rows, other.getKey(), false);
                LOG.warn("gateway {} is gone; {} reservation(s) of it were given back", other.getKey(), left);
            }
        }
        long month = new KeyCounter(0, 0, 0, 0, 0, 0, 0).at(now).month();
        rows.forget(month - 1);
        return beats.size();
    }

    /**
     * Gives back what a gateway that is gone had reserved.
     *
     * @param last whether the ledger has all that there will ever be of it
     * @return how many
     */
    static int free(CounterRows rows, String gatewayId, boolean last) throws SQLException {
        int freed = 0;
        for (CounterRows.Left left : rows.leftBy(gatewayId)) {
            CounterRows.Row row = rows.hold(left.keyId());
            // Read again now that the key is held: another gateway may have been at it at the same time.
            Reservation reserved = rows.reserved(left.requestId());
            if (row == null || reserved == null) {
                continue;
            }
            Long used = left.usedTokens();
            rows.write(left.keyId(), row.counter().settle(reserved, used == null ? 0 : used, left.usedMicros()));
            if (used != null || last) {
                rows.release(left.requestId());
            } else {
                rows.empty(left.requestId());
            }
            freed++;
        }
        rows.stop(gatewayId);
        return freed;
    }
}
