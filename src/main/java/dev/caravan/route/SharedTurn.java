package dev.caravan.route;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Does costly work once at a time. Who comes while it is under way waits for the next turn, together with all who wait, and
 * so gets an answer that was begun after it asked. Safe for all threads.
 */
final class SharedTurn<T> {

    private final Callable<T> work;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable CompletableFuture<T> next;

    SharedTurn(Callable<T> work) {
        this.work = work;
    }

    /** @throws Exception that of the work */
    T take() throws Exception {
        CompletableFuture<T> mine;
        boolean mineToDo;
        synchronized (this) {
            CompletableFuture<T> waiting = next;
            mineToDo = waiting == null;
            mine = waiting == null ? new CompletableFuture<>() : waiting;
            next = mine;
        }
        if (mineToDo) {
            work(mine);
        }
        try {
            return mine.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void work(CompletableFuture<T> mine) {
        turn.lock();
        try {
            synchronized (this) {
                next = null;
            }
            mine.complete(work.call());
        } catch (Throwable e) {
            mine.completeExceptionally(e);
        } finally {
            turn.unlock();
        }
    }
}
