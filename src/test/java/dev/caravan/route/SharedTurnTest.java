package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Costly work is done once at a time, and who waits shares the next turn. */
class SharedTurnTest {

    @Test
    void who_comes_while_it_is_under_way_shares_the_next_turn() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        SharedTurn<Integer> shared = new SharedTurn<>(() -> {
            assertThat(atOnce.incrementAndGet()).isEqualTo(1);
            int turn = turns.incrementAndGet();
            go.await();
            atOnce.decrementAndGet();
            return turn;
        });
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            Future<Integer> first = callers.submit(shared::take);
            await().until(() -> turns.get() == 1);
            List<Thread> waiting = new ArrayList<>();
            List<Future<Integer>> others = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                others.add(callers.submit(() -> {
                    synchronized (waiting) {
                        waiting.add(Thread.currentThread());
                    }
                    return shared.take();
                }));
            }
            await().until(() -> {
                synchronized (waiting) {
                    return waiting.size() == 5
                            && waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING);
                }
            });
            go.countDown();
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(1);
            for (Future<Integer> other : others) {
                assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo(2);
            }
            assertThat(shared.take()).isEqualTo(3);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void a_turn_that_fails_fails_for_all_who_share_it_and_for_nobody_after() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        SharedTurn<Integer> shared = new SharedTurn<>(() -> {
            if (turns.incrementAndGet() == 1) {
                throw new java.io.IOException("not now");
            }
            return turns.get();
        });
        assertThatThrownBy(shared::take).isInstanceOf(java.io.IOException.class).hasMessage("not now");
        assertThat(shared.take()).isEqualTo(2);
    }
}
