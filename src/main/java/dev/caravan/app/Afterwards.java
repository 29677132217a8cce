package dev.caravan.app;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What the start leaves for later, since the first requests do without: it would take the processors from them. Begins a moment
 * after the port is open, in a thread of its own, one work after the other.
 */
final class Afterwards implements AutoCloseable {

    /** The first request walks through code that is still slow: it has the machine for so long. */
    private static final Duration REST = Duration.ofMillis(500);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    Afterwards(List<Runnable> works) {
        thread = new Thread(() -> run(works), "afterwards");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run(List<Runnable> works) {
        try {
            if (!closed.await(REST.toMillis(), TimeUnit.MILLISECONDS)) {
                works.forEach(Runnable::run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the work that has begun. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
