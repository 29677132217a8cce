package dev.caravan.access;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All keys in memory, so that a request costs no look into the database; looked after every now and then, so that a change
 * made anywhere is known here soon. While the database is away the last known keys stay in force. Safe for all threads.
 */
public final class KeyRing implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    /** Unknown keys make us look again at most so often: well-formed ones can be made up by anybody. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** As long as this nobody asks a database again that did not answer. */
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final KeyStore store;
    private final Duration every;
    private final Object lock = new Object();
    private volatile Map<String, AccessKey> keys = Map.of();
    private volatile long lookedNanos = System.nanoTime() - AWAY_NANOS;
    private volatile boolean closed;
    private long version = -1;
    private boolean away;
    private @Nullable Thread watch;

    /** @param every how long a change made elsewhere may go unseen, about */
    public KeyRing(KeyStore store, Duration every) {
        this.store = store;
        this.every = every;
    }

    /** Looks every now and then, from now on. */
    public void start() {
        Thread thread = new Thread(this::watch, "key-ring");
        thread.setDaemon(true);
        thread.start();
        watch = thread;
    }

    /** Whether {@link #find} answers at once. */
    public boolean has(String id) {
        return keys.containsKey(id);
    }

    /** The key of that id, revoked and expired ones too; null where there is none, not even one made a moment ago. */
    public @Nullable AccessKey find(String id) {
        AccessKey key = keys.get(id);
        if (key == null) {
            lookAfter(System.nanoTime());
            key = keys.get(id);
        }
        return key;
    }

    /** Makes sure that somebody has looked since then; one look serves all who wait for it. */
    private void lookAfter(long nanos) {
        synchronized (lock) {
            if (lookedNanos - nanos < 0 && !(away && nanos - lookedNanos < AWAY_NANOS)) {
                LockSupport.parkNanos(PACE_NANOS - (System.nanoTime() - lookedNanos));
                refresh();
            }
        }
    }

    public List<AccessKey> all() {
        return List.copyOf(keys.values());
    }

    /** Looks now. Answers whether the database could be asked. */
    public boolean refresh() {
        synchronized (lock) {
            long begin = System.nanoTime();
            try {
                long newest = store.version();
                if (newest != version) {
                    Map<String, AccessKey> now = new HashMap<>();
                    store.all().forEach(key -> now.put(key.id(), key));
                    keys = Map.copyOf(now);
                    version = newest;
                }
                if (away) {
                    LOG.info("the gateway keys can be read again");
                }
                away = false;
                return true;
            } catch (SQLException e) {
                if (!away) {
                    LOG.warn("the gateway keys cannot be read; the last known ones stay in force ({})", e.getMessage());
                }
                away = true;
                return false;
            } finally {
                lookedNanos = begin;
            }
        }
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(every.toNanos());
            if (!closed && System.nanoTime() - lookedNanos >= every.toNanos() / 2) {
                refresh();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        Thread thread = watch;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
