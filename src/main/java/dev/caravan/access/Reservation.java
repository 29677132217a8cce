package dev.caravan.access;

/**
 * What a request under way may still use at most, in the windows in which it was let in.
 *
 * @param tokens prompt as estimated, and the most that the answer may have
 * @param micros their price, micro-USD
 */
record Reservation(String requestId, String keyId, long minuteMs, long tokens, long day, long month, long micros) {}
