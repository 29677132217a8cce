package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepTimesTest {

    @Test
    void before_the_first_walk_there_is_nothing() {
        StepTimes times = new StepTimes();

        assertThat(times.count()).isZero();
        assertThat(times.percentileNanos(95)).isZero();
        assertThat(times.maxNanos()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1_100, 12_345, 640_000, 1_000_000, 37_000_000, 900_000_000, 90_000_000_000L})
    void a_percentile_is_right_to_some_six_percent(long nanos) {
        StepTimes times = new StepTimes();
        for (int i = 0; i < 95; i++) {
            times.walked(nanos, false);
        }
        for (int i = 0; i < 5; i++) {
            times.walked(nanos * 10, false);
        }

        assertThat(times.percentileNanos(95)).isCloseTo(nanos, withinPercentage(6.5));
        assertThat(times.percentileNanos(96)).isCloseTo(nanos * 10, withinPercentage(6.5));
        assertThat(times.maxNanos()).isEqualTo(nanos * 10);
        assertThat(times.totalNanos()).isEqualTo(nanos * 145);
    }

    @Test
    void a_percentile_is_never_more_than_the_longest_walk() {
        StepTimes times = new StepTimes();
        times.walked(1_000_001, false);

        assertThat(times.percentileNanos(95)).isLessThanOrEqualTo(1_000_001);
    }

    @Test
    void a_time_beyond_all_classes_is_counted_in_the_last() {
        StepTimes times = new StepTimes();
        times.walked(TimeUnit.DAYS.toNanos(1), true);
        times.walked(-1, false);

        assertThat(times.count()).isEqualTo(2);
        assertThat(times.failed()).isEqualTo(1);
        assertThat(times.percentileNanos(99)).isGreaterThan(TimeUnit.MINUTES.toNanos(15));
    }

    @Test
    void walks_of_many_threads_are_all_counted() throws InterruptedException {
        StepTimes times = new StepTimes();
        CountDownLatch together = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                try {
                    together.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int walk = 0; walk < 10_000; walk++) {
                    times.walked(5_000, walk % 10 == 0);
                }
            });
            thread.start();
            threads.add(thread);
        }
        together.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(times.count()).isEqualTo(80_000);
        assertThat(times.failed()).isEqualTo(8_000);
        assertThat(times.totalNanos()).isEqualTo(80_000L * 5_000);
    }
}
