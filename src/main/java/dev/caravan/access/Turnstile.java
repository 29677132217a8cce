package dev.caravan.access;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where requests with limited keys are let in one after the other: each reserves what it may use at most, in the ledger's
 * database, before its provider is called, and settles what it used when it has ended. One thread takes all that waits into
 * one transaction, so that a crowd costs one commit.
 *
 * <p>Not bucket4j: its PostgreSQL backend holds the same row for each single request, it has none for SQLite, and its buckets
 * know neither reservations nor calendar days.
 *
 * <p>A request whose counters cannot be reached is refused: a limit that holds only while the database is there is none.
 * What has ended waits in memory until the database is back; where this process dies first, the ledger's row of the request
 * is charged instead ({@link GatewayBeats}). Safe for all threads.
 */
public final class Turnstile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Turnstile.class);

    private static final int AT_ONCE = 500;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final long AFTER_FAILURE_MILLIS = 200;
    private static final long CLOSE_MILLIS = 3_000;

    private final DataSource database;
    private final String gatewayId;
    private final Clock clock;
    private final Duration patience;
    private final long beatNanos;
    private final GatewayBeats beats;
    private final BlockingQueue<TurnstileStep> queue = new LinkedBlockingQueue<>();
    private List<TurnstileStep> unsettled = new ArrayList<>();
    private volatile boolean closing;
    private volatile boolean away;
    private long nextBeat = System.nanoTime();
    private @Nullable Thread thread;

    /**
     * @param gatewayId of this process, another one after each start
     * @param patience how long a request waits to be let in
     * @param beat how often this gateway says that it is alive
     */
    public Turnstile(DataSource database, String gatewayId, Clock clock, Duration patience, Duration beat) {
        this.database = database;
        this.gatewayId = gatewayId;
        this.clock = clock;
        this.patience = patience;
        this.beatNanos = beat.toNanos();
        this.beats = new GatewayBeats(gatewayId);
    }

    public void start() {
        Thread worker = new Thread(this::work, "turnstile");
        worker.setDaemon(true);
        worker.start();
        thread = worker;
    }

    /**
     * Asks to be let in.
     *
     * @param tokens that the request may use at most; 0: it is only counted
     * @param micros their price, micro-USD
     * @throws RequestException 503 where the counters cannot be reached
     */
    public Verdict enter(String requestId, String keyId, long tokens, long micros) throws InterruptedException {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        queue.add(new TurnstileStep.Enter(requestId, keyId, tokens, micros, verdict));
        try {
            return verdict.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Where it is let in after all, its worker finds this and gives it back.
            verdict.completeExceptionally(e);
            throw new RequestException(
                    ErrorCode.LEDGER_UNAVAILABLE,
                    "This gateway key's limits cannot be counted now; nothing was sent",
                    RETRY_AFTER,
                    e);
        }
    }

    /** What the request used; 0 where it came to nothing. Returns at once. */
    public void settle(String requestId, String keyId, long tokens, long micros) {
        queue.add(new TurnstileStep.Settle(requestId, keyId, tokens, micros));
    }

    /**
     * Gives back what a process had reserved that is gone and whose usage is in the ledger, all of it.
     *
     * @throws SQLException where the database is away; then it is given back later
     */
    public void gone(String otherGatewayId) throws SQLException {
        KeyTransaction.run(
                database, connection -> GatewayBeats.free(new CounterRows(connection), otherGatewayId, true));
    }

    /** Whether the counters could not be reached the last time. */
    public boolean isAway() {
        return away;
    }

    private void work() {
        while (!closing || !queue.isEmpty()) {
            List<TurnstileStep> steps = new ArrayList<>(unsettled);
            try {
                TurnstileStep first = queue.poll(waitMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    steps.add(first);
                    queue.drainTo(steps, AT_ONCE);
                }
            } catch (InterruptedException e) {
                closing = true;
            }
            // Whoever was refused meanwhile, because it waited too long, must not be counted after all.
            steps.removeIf(step ->
                    step instanceof TurnstileStep.Enter enter && enter.verdict().isDone());
            if (!steps.isEmpty() || System.nanoTime() - nextBeat >= 0) {
                take(steps);
            }
        }
    }

    private long waitMillis() {
        long untilBeat = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nextBeat - System.nanoTime()));
        return unsettled.isEmpty() ? untilBeat : Math.min(untilBeat, AFTER_FAILURE_MILLIS);
    }

    private void take(List<TurnstileStep> steps) {
        try {
            if (System.nanoTime() - nextBeat >= 0) {
                KeyTransaction.run(database, connection -> beats.beat(new CounterRows(connection), clock.instant()));
                nextBeat = System.nanoTime() + beatNanos;
            }
            Map<TurnstileStep.Enter, Verdict> verdicts = steps.isEmpty()
                    ? Map.of()
                    : KeyTransaction.run(
                            database,
                            connection -> new TurnstileBatch(new CounterRows(connection), gatewayId, clock.instant())
                                    .take(steps));
            unsettled = new ArrayList<>();
            if (away) {
                LOG.info("the limits of gateway keys can be counted again");
            }
            away = false;
            verdicts.forEach(this::answer);
        } catch (SQLException | RuntimeException e) {
            if (!away) {
                LOG.warn(
                        "the limits of gateway keys cannot be counted; requests with such keys are refused ({})",
                        e.getMessage());
            }
            away = true;
            failed(steps, e);
        }
    }

    private void answer(TurnstileStep.Enter enter, Verdict verdict) {
        boolean heard = enter.verdict().complete(verdict);
        if (!heard && verdict.refusal() == null && enter.reserves()) {
            settle(enter.requestId(), enter.keyId(), 0, 0);
        }
    }

    private void failed(List<TurnstileStep> steps, Exception why) {
        List<TurnstileStep> again = new ArrayList<>();
        for (TurnstileStep step : steps) {
            if (step instanceof TurnstileStep.Enter enter) {
                enter.verdict().completeExceptionally(why);
            } else {
                again.add(step);
            }
        }
        unsettled = again;
        if (System.nanoTime() - nextBeat >= 0) {
            nextBeat = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AFTER_FAILURE_MILLIS);
        }
    }

    /** Settles what waits, unless the database is away. */
    @Override
    public void close() {
        closing = true;
        Thread worker = thread;
        if (worker == null) {
            return;
        }
        // Wakes the worker without an interrupt, which could break off a transaction.
        queue.add(new TurnstileStep.Settle("", "", 0, 0));
        try {
            worker.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            KeyTransaction.run(database, connection -> {
                // What is not settled yet, the next start settles with the journal.
                new CounterRows(connection).stopEmpty(gatewayId);
                return gatewayId;
            });
        } catch (SQLException e) {
            LOG.debug("the counters were not told that this gateway has ended", e);
        }
    }
}
