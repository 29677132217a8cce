package dev.caravan.app;

import java.time.Duration;
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

    private Afterwards(Runnable[] works) {
        thread = new Thread(() -> run(works), "afterwards");
        thread.setDaemon(true);
    }

    static Afterwards start(Runnable... works) {
        Afterwards afterwards = new Afterwards(works);
        afterwards.thread.start();
        return afterwards;
    }

    private void run(Runnable[] works) {
        try {
            if (!closed.await(REST.toMillis(), TimeUnit.MILLISECONDS)) {
                for (Runnable work : works) {
                    work.run();
                }
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
