package dev.caravan.route;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often a step was walked and how long it took, since its route was started. A walk costs two additions and a comparison,
 * and makes nothing: the times are counted in 256 classes, each an eighth wide of what is in it, so that a percentile is right
 * to some 6 %. Safe for all threads.
 */
final class StepTimes {

    /** Times are counted in units of 64 ns. */
    private static final int UNIT_BITS = 6;

    private static final int PART_BITS = 3;
    private static final int PARTS = 1 << PART_BITS;
    private static final int CLASSES = 256;
    private static final long LONGEST = (1L << 34) - 1;

    private final AtomicIntegerArray classes = new AtomicIntegerArray(CLASSES);
    private final LongAdder totalNanos = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong maxNanos = new AtomicLong();

    void walked(long nanos, boolean broken) {
        long units = Math.min(LONGEST, Math.max(0, nanos) >>> UNIT_BITS);
        classes.getAndIncrement(classOf(units));
        totalNanos.add(nanos);
        if (nanos > maxNanos.get()) {
            maxNanos.accumulateAndGet(nanos, Math::max);
        }
        if (broken) {
            failed.increment();
        }
    }

    long count() {
        long count = 0;
        for (int i = 0; i < CLASSES; i++) {
            count += walks(i);
        }
        return count;
    }

    long failed() {
        return failed.sum();
    }

    long totalNanos() {
        return totalNanos.sum();
    }

    long maxNanos() {
        return maxNanos.get();
    }

    /**
     * The time that {@code percent} of a hundred walks did not exceed; the middle of its class, and never more than the longest
     * walk took. 0 before the first walk.
     */
    long percentileNanos(int percent) {
        long wanted = (count() * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < CLASSES && wanted > 0; i++) {
            seen += walks(i);
            if (seen >= wanted) {
                return Math.min(middleOf(i) << UNIT_BITS, maxNanos());
            }
        }
        return 0;
    }

    private long walks(int index) {
        return Integer.toUnsignedLong(classes.get(index));
    }

    private static int classOf(long units) {
        if (units < PARTS) {
            return (int) units;
        }
        int bits = Long.SIZE - 1 - Long.numberOfLeadingZeros(units);
        int part = (int) (units >>> (bits - PART_BITS)) & (PARTS - 1);
        return (bits - PART_BITS + 1) * PARTS + part;
    }

    private static long middleOf(int index) {
        if (index < PARTS) {
            return index;
        }
        int shift = index / PARTS - 1;
        long least = (long) (PARTS + index % PARTS) << shift;
        return least + ((1L << shift) >> 1);
    }
}
