package dev.caravan.access;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies may be held at once, all callers together. A long prompt takes several times its bytes while it
 * is read and translated: a few at once would fill the heap, and then everybody's requests fail. Bytes are counted as they come and
 * not as they are announced, so that nobody takes room by a header alone. The last quarter is for short bodies. Safe for all
 * threads.
 */
public final class BodyRoom {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long limit;
    private final long limitOfLong;
    private final int longBytes;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param limit bytes; raised to what the longest body needs
     * @param longest the longest body that is taken, bytes: it finds room where nothing else is held
     * @param longBytes what is longer is no short body, bytes
     */
    public BodyRoom(long limit, long longest, int longBytes) {
        this.limit = Math.max(limit, longest + longest / 3);
        limitOfLong = Math.max(this.limit - this.limit / 4, longest);
        this.longBytes = longBytes;
    }

    /** Bytes that are held now. */
    public long held() {
        return held.get();
    }

    /** The part that one body has. For one thread at a time. */
    public Share share() {
        return new Share();
    }

    /** The refusal of a body that found no room. */
    public static RequestException refusal() {
        return new RequestException(
                ErrorCode.OVERLOADED, "Too many long requests in flight; try again in a moment", RETRY_AFTER);
    }

    private long limit(long bytes) {
        return bytes > longBytes ? limitOfLong : limit;
    }

    /** What one body holds. */
    public final class Share {

        private long bytes;

        /** Whether a body of this length would find room now. */
        public boolean fits(long whole) {
            return held.get() + whole <= limit(whole);
        }

        /** Whether there was room for so many more bytes; where there was not, the share stays as it is. */
        public boolean grow(int more) {
            long most = limit(bytes + more);
            long now = held.get();
            // Never above the limit, not even for a moment in which others would be refused.
            while (now + more <= most) {
                if (held.compareAndSet(now, now + more)) {
                    bytes += more;
                    return true;
                }
                now = held.get();
            }
            return false;
        }

        /** Gives all of it back. */
        public void giveBack() {
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
