package dev.caravan.route;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs the usage tap on the thread that taps. The tap only rings a bell, which is quicker than handing it to another thread,
 * and a pool's queue could fill.
 */
public final class TapThread extends AbstractExecutorService {

    private volatile boolean shutdown;

    @Override
    public void execute(Runnable tap) {
        tap.run();
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
