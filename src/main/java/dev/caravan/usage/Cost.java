package dev.caravan.usage;

import java.math.BigDecimal;

/**
 * The cost of one call, in whole micro-USD. The total is always exactly the sum of its parts.
 *
 * @param inputMicros at least 0
 * @param outputMicros at least 0
 */
public record Cost(long inputMicros, long outputMicros) {

    /** A call that cost nothing. */
    public static final Cost ZERO = new Cost(0, 0);

    public Cost {
        if (inputMicros < 0 || outputMicros < 0) {
            throw new IllegalArgumentException("a cost is negative");
        }
    }

    public long totalMicros() {
        return Math.addExact(inputMicros, outputMicros);
    }

    /** Whole micro-USD as USD, in plain notation without trailing zeros ({@code 0.0015}). */
    public static BigDecimal usd(long micros) {
        BigDecimal usd = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }
}
