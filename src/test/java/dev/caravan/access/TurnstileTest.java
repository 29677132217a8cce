package dev.caravan.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnstileTest {

    private static final AtomicInteger IDS = new AtomicInteger();

    @TempDir
    Path folder;

    private final SetClock clock = new SetClock("2026-11-23T08:00:30Z");
    private final List<Turnstile> open = new ArrayList<>();
    private TestKeys keys;
    private Turnstile one;

    @BeforeEach
    void start() {
        keys = new TestKeys(folder, clock);
        one = gateway("one", Duration.ofHours(1));
    }

    @AfterEach
    void stop() {
        open.forEach(Turnstile::close);
    }

    private Turnstile gateway(String id, Duration beat) {
        Turnstile turnstile = new Turnstile(keys.database(), id, clock, Duration.ofSeconds(20), beat);
        turnstile.start();
        open.add(turnstile);
        return turnstile;
    }

    private static String id() {
        return "req_" + IDS.incrementAndGet();
    }

    private static KeyLimits requests(long most) {
        return new KeyLimits(most, null, null, null);
    }

    private static KeyLimits budget(long dayMicros) {
        return new KeyLimits(null, null, dayMicros, null);
    }

    private boolean enters(AccessKey key, long tokens, long micros) throws InterruptedException {
        return one.enter(id(), key.id(), tokens, micros).refusal() == null;
    }

    private RequestException refusal(AccessKey key, long tokens, long micros) throws InterruptedException {
        return Objects.requireNonNull(one.enter(id(), key.id(), tokens, micros).refusal());
    }

    /** How many of so many that come at once are let in, half of them by another gateway. */
    private long crowd(AccessKey key, int size, long tokens, long micros) throws Exception {
        Turnstile two = gateway("two" + id(), Duration.ofHours(1));
        ExecutorService callers = Executors.newFixedThreadPool(32);
        try {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                Turnstile gateway = i % 2 == 0 ? one : two;
                calls.add(() -> gateway.enter(id(), key.id(), tokens, micros).refusal() == null);
            }
            long in = 0;
            for (Future<Boolean> call : callers.invokeAll(calls)) {
                in += call.get() ? 1 : 0;
            }
            return in;
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void a_crowd_at_two_gateways_gets_exactly_the_requests_of_a_minute() throws Exception {
        assertThat(crowd(keys.add(requests(100)), 400, 0, 0)).isEqualTo(100);
    }

    @Test
    void a_crowd_at_two_gateways_cannot_reserve_more_than_the_budget() throws Exception {
        AccessKey key = keys.add(budget(1_000_000));
        assertThat(crowd(key, 300, 500, 30_000)).isEqualTo(33);
        assertThat(keys.number("SELECT day_micros FROM gateway_key_counter")).isEqualTo(990_000);
        assertThat(keys.number("SELECT SUM(micros) FROM gateway_key_reservation"))
                .isEqualTo(990_000);
    }

    @Test
    void a_crowd_at_two_gateways_cannot_reserve_more_than_the_tokens_of_a_minute() throws Exception {
        assertThat(crowd(keys.add(new KeyLimits(null, 1000L, null, null)), 100, 300, 1))
                .isEqualTo(3);
    }

    @Test
    void what_was_reserved_becomes_what_was_used() throws Exception {
        AccessKey key = keys.add(new KeyLimits(null, 1000L, 100L, 150L));
        String request = id();
        assertThat(one.enter(request, key.id(), 900, 90).refusal()).isNull();
        assertThat(refusal(key, 200, 1).code()).isEqualTo(ErrorCode.RATE_LIMITED);
        RequestException soon = refusal(key, 1, 20);
        assertThat(soon.code()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
        assertThat(soon.retryAfter()).as("what is reserved may come back").isEqualTo(Duration.ofSeconds(1));
        one.settle(request, key.id(), 50, 30);
        one.settle(request, key.id(), 50, 30);
        assertThat(enters(key, 950, 70)).isTrue();
        assertThat(refusal(key, 1, 0).code()).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    @Test
    void each_window_begins_again_and_says_when() throws Exception {
        AccessKey key = keys.add(new KeyLimits(2L, null, 100L, 150L));
        assertThat(enters(key, 1, 100)).isTrue();
        assertThat(enters(key, 1, 0)).isTrue();
        clock.move(Duration.ofSeconds(59));
        RequestException minute = refusal(key, 1, 0);
        assertThat(minute.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        clock.move(Duration.ofSeconds(1));
        assertThat(enters(key, 1, 0)).isTrue();
        one.gone("one");
        // The first request was charged with nothing when its gateway was called gone: spend the day again.
        assertThat(enters(key, 1, 100)).isTrue();
        one.settle("req_" + IDS.get(), key.id(), 1, 100);
        clock.move(Duration.ofMinutes(2));
        RequestException day = refusal(key, 1, 1);
        assertThat(day.code()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
        assertThat(day.retryAfter()).isEqualTo(Duration.parse("PT15H56M30S"));
        clock.move(Duration.ofDays(1));
        assertThat(refusal(key, 1, 51).retryAfter()).isEqualTo(Duration.parse("P6DT15H56M30S"));
        assertThat(enters(key, 1, 50)).isTrue();
        clock.move(Duration.ofDays(10));
        assertThat(enters(key, 1, 100)).isTrue();
    }

    @Test
    void a_clock_that_jumps_makes_no_window_that_was_not_due() throws Exception {
        AccessKey key = keys.add(new KeyLimits(1L, null, 1L, null));
        assertThat(enters(key, 0, 1)).isTrue();
        clock.move(Duration.ofDays(-3));
        assertThat(refusal(key, 0, 0).code()).as("set back").isEqualTo(ErrorCode.RATE_LIMITED);
        clock.move(Duration.ofDays(4));
        assertThat(enters(key, 0, 1)).as("set forward: tomorrow begins early").isTrue();
        clock.move(Duration.ofDays(-1));
        for (int i = 0; i < 3; i++) {
            assertThat(refusal(key, 0, 1).code()).as("and does not begin again").isEqualTo(ErrorCode.RATE_LIMITED);
            clock.move(Duration.ofHours(7));
        }
        clock.move(Duration.ofHours(4));
        assertThat(refusal(key, 0, 1).code()).as("tomorrow's budget is spent").isEqualTo(ErrorCode.BUDGET_EXCEEDED);
    }

    @Test
    void a_changed_limit_and_a_revoked_key_are_obeyed_at_once() throws Exception {
        AccessKey key = keys.add(requests(1));
        assertThat(enters(key, 0, 0)).isTrue();
        assertThat(enters(key, 0, 0)).isFalse();
        keys.execute("UPDATE gateway_key SET requests_per_minute = 2");
        assertThat(enters(key, 0, 0)).isTrue();
        assertThat(enters(key, 0, 0)).isFalse();
        keys.execute("UPDATE gateway_key SET requests_per_minute = NULL");
        assertThat(enters(key, 0, 0)).isTrue();
        keys.store().revoke(key.id(), "boss");
        assertThat(refusal(key, 0, 0).code()).isEqualTo(ErrorCode.GATEWAY_KEY_INVALID);
    }

    @Test
    void what_is_left_is_told() throws Exception {
        AccessKey key = keys.add(new KeyLimits(10L, 500L, null, null));
        RateState rates =
                Objects.requireNonNull(one.enter(id(), key.id(), 100, 0).rates());
        assertThat(rates.requestsLeft()).isEqualTo(9);
        assertThat(rates.tokensLeft()).isEqualTo(400);
        assertThat(rates.resetAfter()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void without_the_counters_nobody_is_let_in_and_nothing_that_ended_is_forgotten() throws Exception {
        AccessKey key = keys.add(budget(100));
        String request = id();
        assertThat(one.enter(request, key.id(), 1, 100).refusal()).isNull();
        keys.execute("ALTER TABLE gateway_key_counter RENAME TO away");
        assertThatThrownBy(() -> one.enter(id(), key.id(), 1, 1))
                .isInstanceOf(RequestException.class)
                .extracting(e -> ((RequestException) e).code())
                .isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
        assertThat(one.isAway()).isTrue();
        one.settle(request, key.id(), 1, 40);
        keys.execute("ALTER TABLE away RENAME TO gateway_key_counter");
        await().until(() -> keys.number("SELECT day_micros FROM gateway_key_counter") == 40);
        assertThat(enters(key, 1, 60)).isTrue();
        assertThat(enters(key, 1, 1)).isFalse();
    }

    @Test
    void a_request_that_waited_too_long_is_not_counted_after_all() throws Exception {
        AccessKey key = keys.add(requests(10));
        Turnstile late = new Turnstile(keys.database(), "late", clock, Duration.ofSeconds(1), Duration.ofHours(1));
        open.add(late);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> late.enter(id(), key.id(), 0, 0)).isInstanceOf(RequestException.class);
        }
        late.start();
        assertThat(late.enter(id(), key.id(), 0, 0).refusal()).isNull();
        assertThat(keys.number("SELECT requests FROM gateway_key_counter")).isEqualTo(1);
    }

    @Test
    void what_a_dead_gateway_had_reserved_is_given_back_and_what_its_ledger_rows_say_is_charged() throws Exception {
        AccessKey key = keys.add(budget(100));
        Turnstile dead = gateway("dead", Duration.ofHours(1));
        assertThat(dead.enter("req_billed", key.id(), 10, 60).refusal()).isNull();
        assertThat(dead.enter("req_late", key.id(), 10, 40).refusal()).isNull();
        // It leaves its reservations behind, as a process does that is killed.
        dead.close();
        row("req_billed", 7);
        gateway("alive", Duration.ofMillis(30));
        await().until(() -> keys.number("SELECT day_micros FROM gateway_key_counter") == 7);
        assertThat(keys.number("SELECT COUNT(*) FROM gateway_beat WHERE gateway_id = 'dead'"))
                .isZero();
        // Its journal is replayed only now, and knows of one more.
        row("req_late", 5);
        one.gone("dead");
        one.gone("dead");
        assertThat(keys.number("SELECT day_micros FROM gateway_key_counter")).isEqualTo(12);
        assertThat(keys.number("SELECT COUNT(*) FROM gateway_key_reservation")).isZero();
    }

    @Test
    void a_gateway_that_was_only_taken_for_dead_charges_what_it_used() throws Exception {
        AccessKey key = keys.add(budget(100));
        Turnstile slow = gateway("slow", Duration.ofHours(1));
        assertThat(slow.enter("req_slow", key.id(), 10, 90).refusal()).isNull();
        gateway("alive", Duration.ofMillis(30));
        await().until(() -> keys.number("SELECT day_micros FROM gateway_key_counter") == 0);
        slow.settle("req_slow", key.id(), 10, 80);
        await().until(() -> keys.number("SELECT day_micros FROM gateway_key_counter") == 80);
    }

    private void row(String request, long micros) {
        keys.execute("INSERT INTO session_usage (request_id, session_id, user_id, requested_model, model_id, provider,"
                + " endpoint, stream, status, usage_source, prompt_tokens, completion_tokens, total_tokens, cached_tokens,"
                + " cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, input_cost_micros, output_cost_micros,"
                + " price_version, latency_ms, created_at, ended_at) VALUES ('" + request
                + "', 's', 'u', 'm', 'm', 'p', 'e', 0, 'ok', 'provider', 1, 1, 2, 0, 0, 0, 0, " + micros
                + ", 0, 'v', 1, 'c', 'e')");
    }
}
