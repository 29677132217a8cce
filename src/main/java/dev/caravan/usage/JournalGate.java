package dev.caravan.usage;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where threads wait for something to change in the journal. Costs a request nothing while nobody waits. */
final class JournalGate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger hurried = new AtomicInteger();

    /** Something changed. */
    void changed() {
        if (waiting.get() > 0) {
            wakeAll();
        }
    }

    void wakeAll() {
        lock.lock();
        try {
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the condition holds; false where the time is over first. */
    boolean await(Duration timeout, BooleanSupplier condition) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return true;
        }
        lock.lockInterruptibly();
        // Counted before the condition is asked again: who changes something after that sees that we wait.
        waiting.incrementAndGet();
        try {
            return waitFor(timeout, condition);
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }

    /** Waits for the time, or until the condition holds, or until someone is in a hurry; is not woken by each change. */
    void linger(Duration time, BooleanSupplier condition) throws InterruptedException {
        pause(time, () -> hurried.get() > 0 || condition.getAsBoolean());
    }

    /** Waits for the time, or until {@link #wakeAll} finds that the condition holds. */
    void pause(Duration time, BooleanSupplier condition) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waitFor(time, condition);
        } finally {
            lock.unlock();
        }
    }

    private boolean waitFor(Duration timeout, BooleanSupplier condition) throws InterruptedException {
        long left = timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (left <= 0) {
                return false;
            }
            left = change.awaitNanos(left);
        }
        return true;
    }

    /** One more, or one less, who does not want batches to linger. */
    void hurry(int change) {
        if (hurried.addAndGet(change) > 0) {
            wakeAll();
        }
    }
}
