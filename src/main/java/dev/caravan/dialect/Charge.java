package dev.caravan.dialect;

import java.math.BigDecimal;

/**
 * What a call costs, in whole micro-USD, as it is shown to the caller.
 *
 * @param inputMicros at least 0
 * @param outputMicros at least 0
 */
public record Charge(long inputMicros, long outputMicros) {

    private static final int MICRO_DECIMALS = 6;

    long totalMicros() {
        return Math.addExact(inputMicros, outputMicros);
    }

    /** USD without trailing zeros; its text has never an exponent, because it has at most 6 decimals. */
    static BigDecimal usd(long micros) {
        BigDecimal usd = BigDecimal.valueOf(micros, MICRO_DECIMALS).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }
}
