package dev.caravan.route.edge;

import io.vertx.core.spi.ExecutorServiceFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads for steps that may wait, such as pages that ask the database, and for long bodies. On JDK 21 and newer they are
 * virtual. Before, a pool without a queue: it hands a step to the thread that went idle last, and makes a new one only when all
 * are waiting, so that a quiet gateway has few threads and a busy one as many as it needs.
 */
final class WorkerThreads implements ExecutorServiceFactory {

    /** Threads of Vert.x's own internal pool, which is told from the workers' by this number. */
    static final int INTERNAL = 2;

    /** A walk is shallow; the default of 1 MiB is address space for nothing. */
    private static final long STACK_BYTES = 512L * 1024;

    private static final int KEEP = 8;
    private static final long IDLE_SECONDS = 30;

    private final int max;

    /** @param max threads at most, at least 8, on a JDK without virtual ones */
    WorkerThreads(int max) {
        if (max < KEEP) {
            throw new IllegalArgumentException("there must be at least " + KEEP + " worker threads, not " + max);
        }
        this.max = max;
    }

    @Override
    public ExecutorService createExecutor(ThreadFactory threads, Integer concurrency, Integer maxConcurrency) {
        if (maxConcurrency != null && maxConcurrency == INTERNAL) {
            return Executors.newFixedThreadPool(INTERNAL, threads);
        }
        if (Runtime.version().feature() >= 21) {
            return virtual();
        }
        AtomicLong number = new AtomicLong();
        return new ThreadPoolExecutor(
                KEEP,
                max,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> new Thread(null, task, "walk-" + number.incrementAndGet(), STACK_BYTES));
    }

    /** By reflection, because the class files are for 17. */
    private static ExecutorService virtual() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("JDK 21 and newer have virtual threads", e);
        }
    }
}
