package dev.caravan.bench;

/** What the callers of one window saw. Only what ends within the window counts for speed; all of it counts for errors. */
final class Tally {

    private final Times latencies = new Times();
    private final Times delays = new Times();
    private long number;
    private long from;
    private long until;
    private boolean over;
    private long asked;
    private long answered;
    private long wrong;
    private int lastWrongStatus;

    Tally(long firstNumber) {
        this.number = firstNumber;
    }

    void countFrom(long nanos, long windowNanos) {
        from = nanos;
        until = nanos + windowNanos;
    }

    /** Nobody asks any more. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    long nextNumber() {
        return number++;
    }

    void asked() {
        asked++;
    }

    void answered(long askedAt, long now) {
        answered++;
        if (now >= from && now < until) {
            latencies.add(now - askedAt);
        }
    }

    /** @param status 0: the connection broke off */
    void wrong(int status) {
        wrong++;
        lastWrongStatus = status;
    }

    void piece(long sentAt, long now) {
        if (now >= from && now < until) {
            delays.add(now - sentAt);
        }
    }

    /** Asked, and not answered yet. */
    long open() {
        return asked - answered - wrong;
    }

    long askedTotal() {
        return asked;
    }

    /** Right answers, also those outside the window. */
    long answeredTotal() {
        return answered;
    }

    long errors() {
        return wrong + open();
    }

    int lastWrongStatus() {
        return lastWrongStatus;
    }

    double seconds() {
        return (until - from) / 1e9;
    }

    /** From question to whole answer, of the answers in the window. */
    Times latencies() {
        return latencies;
    }

    /** From the provider's write of a piece to its caller's read, of the pieces in the window. */
    Times delays() {
        return delays;
    }
}
