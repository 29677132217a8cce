package dev.caravan.usage;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Reads latencies of several places side by side, slowest first, and no more of them than a rank asks for. */
final class SlowestRequests {

    private final List<Long> latencies = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();
    private long total;

    /** How many of so many requests are slower than the p95 by nearest rank. */
    static long slowerThanP95(long requests) {
        return requests - (requests * 95 + 99) / 100;
    }

    /**
     * The p95 of all places.
     *
     * @param requests how many requests all places have
     * @return null where there is none
     */
    @Nullable
    Long p95(List<Latencies> places, long requests) throws SQLException {
        long rank = slowerThanP95(requests);
        PriorityQueue<Latencies> next = new PriorityQueue<>(
                Comparator.comparingLong(Latencies::latencyMs).reversed());
        for (Latencies place : places) {
            if (place.next()) {
                next.add(place);
            }
        }
        while (!next.isEmpty() && total <= rank) {
            Latencies place = next.remove();
            latencies.add(place.latencyMs());
            counts.add(place.count());
            total += place.count();
            if (place.next()) {
                next.add(place);
            }
        }
        // Fewer than was said: a file is away. Then it is the p95 of what is there.
        return after(total > rank ? rank : slowerThanP95(total));
    }

    private @Nullable Long after(long others) {
        long passed = 0;
        for (int i = 0; i < counts.size(); i++) {
            passed += counts.get(i);
            if (passed > others) {
                return latencies.get(i);
            }
        }
        return null;
    }
}
