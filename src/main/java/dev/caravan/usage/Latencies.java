package dev.caravan.usage;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;

/** Latencies of one place, slowest first, and how many requests took each. */
interface Latencies {

    /** Goes to the next latency; false at the end. */
    boolean next() throws SQLException;

    /** Where it stands; after a {@link #next} that was true. */
    long latencyMs();

    long count();

    /** Of single requests. */
    static Latencies of(List<Long> slowestFirst) {
        Iterator<Long> left = slowestFirst.iterator();
        return new Latencies() {
            private long latencyMs;

            @Override
            public boolean next() {
                if (!left.hasNext()) {
                    return false;
                }
                latencyMs = left.next();
                return true;
            }

            @Override
            public long latencyMs() {
                return latencyMs;
            }

            @Override
            public long count() {
                return 1;
            }
        };
    }
}
