package dev.caravan.bench;

import java.util.Arrays;

/** Durations, in nanoseconds. */
final class Times {

    private long[] nanos = new long[1024];
    private int count;
    private boolean sorted;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = duration;
        sorted = false;
    }

    int count() {
        return count;
    }

    /** Microseconds that so many in a hundred do not exceed; NaN where there are none. */
    double percentileMicros(double percent) {
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        int rank = (int) Math.ceil(percent / 100 * count);
        return nanos[Math.min(count - 1, Math.max(0, rank - 1))] / 1e3;
    }
}
