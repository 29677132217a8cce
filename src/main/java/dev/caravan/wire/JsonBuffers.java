package dev.caravan.wire;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.RecyclerPool;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that Jackson reads and writes with, kept for the next text: one set for each of a few places, which threads share by
 * chance. An event loop nearly always finds the set it has left. One set for each of thousands of threads would be most of the
 * memory, and Jackson's own bounded pool is a queue with a lock, which took a fiftieth of a call. Safe for all threads.
 */
public final class JsonBuffers implements RecyclerPool<BufferRecycler> {

    /** For all readers and writers of the program. */
    public static final JsonBuffers SHARED = new JsonBuffers();

    private static final int PLACES = 16;

    /** So far apart, in references, that two places are in two lines of the processor's cache. */
    private static final int APART = 32;

    private static final long serialVersionUID = 1L;

    private final transient AtomicReferenceArray<@Nullable BufferRecycler> places =
            new AtomicReferenceArray<>(PLACES * APART);

    private JsonBuffers() {}

    @Override
    public BufferRecycler acquirePooled() {
        BufferRecycler kept = places.getAndSet(place(), null);
        return kept == null ? new BufferRecycler() : kept;
    }

    @Override
    public void releasePooled(BufferRecycler used) {
        places.set(place(), used);
    }

    @Override
    public int pooledCount() {
        int count = 0;
        for (int place = 0; place < PLACES; place++) {
            count += places.get(place * APART) == null ? 0 : 1;
        }
        return count;
    }

    @Override
    public boolean clear() {
        for (int place = 0; place < PLACES; place++) {
            places.set(place * APART, null);
        }
        return true;
    }

    private static int place() {
        return (System.identityHashCode(Thread.currentThread()) & (PLACES - 1)) * APART;
    }
}
