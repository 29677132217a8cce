package dev.caravan.usage;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The usage of this process's requests, on disk before anything depends on it, and the queue between the requests and the
 * ledger at once: what is settled is read back from the file and written to the ledger batch by batch, so that a ledger that
 * is away for minutes costs no memory and loses nothing.
 *
 * <p>A record survives the death of the process as soon as {@link #opened} or {@link #settled} returns, and that of the
 * machine within the sync period. Safe for all threads; batches are for one consumer, which takes one with {@link
 * #awaitBatch}, writes it, and then calls {@link #written}. A batch that could not be written is simply taken again.
 */
public final class Journal implements AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    /** An old segment that only requests in flight hold back is let go once there are more than this. */
    private static final int SEGMENTS_KEPT_FOR_IN_FLIGHT = 4;

    /** Where a request in flight was opened. */
    private record InFlight(OpenedRequest request, Segment segment) {}

    private final Clock clock;
    private final JournalLock lock;
    private final JournalWriter writer;
    private final JournalMemory memory = new JournalMemory();
    private final JournalGate gate = new JournalGate();
    private final Map<String, InFlight> inFlight = new ConcurrentHashMap<>();
    private final JournalTotals totals = new JournalTotals();
    private final Thread keeper;
    private volatile boolean closed;

    private final ReentrantLock reading = new ReentrantLock();
    /** The rest is the reading side's, under {@code reading}; the place is read by all. */
    private final JournalReader reader;

    private volatile long writtenTo;
    private volatile long writtenLines;
    private JournalReader.@Nullable Batch pending;

    private Journal(Path folder, long segmentBytes, Duration syncEvery, Clock clock) throws IOException {
        this.clock = clock;
        Files.createDirectories(folder);
        this.lock = JournalLock.create(folder);
        JournalWriter made;
        try {
            made = new JournalWriter(folder, lock.id(), segmentBytes);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        this.writer = made;
        this.reader = new JournalReader(made);
        this.keeper = new Thread(() -> keep(syncEvery), "journal-keeper");
        this.keeper.setDaemon(true);
    }

    /**
     * A new journal of this process.
     *
     * @param folder is made where it is missing
     * @param segmentBytes a segment that has grown to this is followed by a new one, at least 1
     * @param syncEvery how long the machine may have a record in its memory only
     * @throws LedgerException where the folder cannot be written
     */
    public static Journal open(Path folder, long segmentBytes, Duration syncEvery, Clock clock) {
        try {
            Journal journal = new Journal(folder, segmentBytes, syncEvery, clock);
            journal.keeper.start();
            return journal;
        } catch (IOException e) {
            throw new LedgerException("The usage journal cannot be written in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** The name of this process's set of files in the folder. */
    public String id() {
        return lock.id();
    }

    /**
     * Puts an accepted request on disk, before its provider is called. The request must be settled later, whatever happens.
     *
     * @throws RequestException {@link ErrorCode#LEDGER_UNAVAILABLE} where that fails; the provider must not be called then
     */
    public void opened(OpenedRequest request) {
        byte[] line = JournalFormat.opened(request);
        try {
            Segment segment = writer.append(JournalFormat.OPENED, line);
            totals.open();
            inFlight.put(request.requestId(), new InFlight(request, segment));
        } catch (IOException e) {
            throw new RequestException(
                    ErrorCode.LEDGER_UNAVAILABLE,
                    "Usage cannot be recorded now, so the request was not sent; try again in a moment",
                    RETRY_AFTER,
                    e);
        }
    }

    /**
     * Puts the end of a request on disk, before its answer leaves. Never throws: what the disk refuses waits in memory and
     * is tried again, which {@link #health()} shows. A second end of the same request changes nothing in the ledger.
     */
    public void settled(UsageRecord usage) {
        InFlight request = inFlight.remove(usage.opened().requestId());
        Segment segment = request == null ? null : request.segment();
        byte[] line = JournalFormat.settled(usage);
        if (request != null) {
            totals.settle();
        }
        try {
            writer.append(JournalFormat.SETTLED, line);
            JournalMemory.release(segment);
        } catch (IOException e) {
            memory.keep(usage, line, segment);
        }
        if (request != null) {
            totals.settled();
        }
    }

    /** Wakes who waits in {@link #awaitBatch}, after a record was settled; who is not woken looks when its time is over. */
    public void ring() {
        gate.changed();
    }

    /** The next settled records that {@link #written} was not told of, oldest first; empty where there are none. */
    public List<UsageRecord> nextBatch(int max) {
        reading.lock();
        try {
            if (closed) {
                return List.of();
            }
            JournalReader.Batch batch = reader.read(writtenTo, max);
            if (batch.records().isEmpty()) {
                moveTo(batch.end(), 0);
                gate.changed();
                // The file has nothing more to give. The ledger can take what the disk refuses.
                batch = new JournalReader.Batch(memory.first(max), writtenTo);
            }
            pending = batch;
            return batch.records();
        } catch (IOException e) {
            throw new UncheckedIOException("the usage journal cannot be read back", e);
        } finally {
            reading.unlock();
        }
    }

    /**
     * As {@link #nextBatch}, but waits until there is something.
     *
     * @param linger how long to let a batch grow after its first record; cut short by {@link #awaitWritten}
     * @param maxWait how long to wait for a first record
     * @return empty where none came in that time, or where the journal is being closed
     */
    public List<UsageRecord> awaitBatch(int max, Duration linger, Duration maxWait) throws InterruptedException {
        if (!gate.await(maxWait, () -> closed || waiting())) {
            return List.of();
        }
        gate.linger(linger, () -> closed || settledNotWritten() >= max);
        return nextBatch(max);
    }

    /**
     * The batch is in the ledger.
     *
     * @param records the list that was handed out last
     * @throws IllegalArgumentException where it is another list
     */
    public void written(List<UsageRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        reading.lock();
        try {
            JournalReader.Batch batch = pending;
            if (batch == null || !batch.records().equals(records)) {
                throw new IllegalArgumentException("not the batch that was handed out last");
            }
            pending = null;
            if (batch.end() == writtenTo) {
                memory.forget(records);
            } else {
                moveTo(batch.end(), records.size());
                markWritten();
            }
        } finally {
            reading.unlock();
        }
        gate.changed();
    }

    private void moveTo(long place, int records) {
        writtenTo = place;
        long all = writer.settledLinesIfAllBefore(place);
        // Where a line could not be read back the count would be one too many for ever.
        writtenLines = all < 0 ? writtenLines + records : all;
    }

    /** Without the mark a restart would write again what is written, which changes nothing; so a failure does not matter. */
    private void markWritten() {
        Segment segment = writer.at(writtenTo);
        byte[] line = JournalFormat.written(segment.number(), writtenTo - segment.base());
        if (writer.tryAppend(JournalFormat.WRITTEN, line)) {
            writer.deleteBefore(writtenTo);
        }
    }

    /**
     * Waits until the ledger has every record that was settled before the call.
     *
     * @return false where that took longer
     */
    public boolean awaitWritten(Duration timeout) throws InterruptedException {
        if (!waiting()) {
            return true;
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        // Asked in this order: a record that has just left the memory is in the file by then.
        boolean allInFile = memory.isEmpty();
        long lastInMemory = memory.last();
        long end = writer.lastSettledEnd();
        gate.hurry(1);
        try {
            // What waits in memory goes to the file or to the ledger; only then is it known which place to wait for.
            return gate.await(timeout, () -> memory.isEmptyUpTo(lastInMemory))
                    && awaitPlace(allInFile ? end : writer.lastSettledEnd(), deadline);
        } finally {
            gate.hurry(-1);
        }
    }

    private boolean awaitPlace(long place, long deadline) throws InterruptedException {
        return gate.await(Duration.ofNanos(deadline - System.nanoTime()), () -> writtenTo >= place);
    }

    private boolean waiting() {
        return writer.lastSettledEnd() > writtenTo || !memory.isEmpty();
    }

    /** How many settled records the ledger has not yet. */
    public long settledNotWritten() {
        long inFile = writer.lastSettledEnd() > writtenTo ? Math.max(1, writer.settledLines() - writtenLines) : 0;
        return inFile + memory.size();
    }

    /** The age of the oldest settled record that the ledger has not yet; zero where it has all. */
    public Duration lag() {
        if (!waiting()) {
            return Duration.ZERO;
        }
        reading.lock();
        try {
            if (closed) {
                return Duration.ZERO;
            }
            List<UsageRecord> oldest = reader.read(writtenTo, 1).records();
            if (oldest.isEmpty()) {
                oldest = memory.first(1);
            }
            if (oldest.isEmpty()) {
                return Duration.ZERO;
            }
            Duration age = Duration.between(oldest.get(0).endedAt(), clock.instant());
            return age.isNegative() ? Duration.ZERO : age;
        } catch (IOException e) {
            throw new UncheckedIOException("the usage journal cannot be read back", e);
        } finally {
            reading.unlock();
        }
    }

    /** How many requests are opened and not settled. */
    public int inFlight() {
        return inFlight.size();
    }

    /** How many requests were opened since the start; those that are no more in flight are settled. */
    public long openedTotal() {
        return totals.opened();
    }

    /** The same and more, for whoever has to prove it. */
    public JournalTotals totals() {
        return totals;
    }

    public JournalHealth health() {
        return new JournalHealth(
                writer.writable(),
                settledNotWritten(),
                memory.size(),
                lag(),
                inFlight(),
                reader.damaged(),
                writer.trouble());
    }

    /**
     * Ends the journal. Where the ledger has everything and nothing is in flight its files are deleted; otherwise they stay
     * for the next start's {@link JournalReplay}. No request may be opened or settled after this.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        gate.wakeAll();
        try {
            keeper.join(CLOSE_WAIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tick();
        reading.lock();
        try {
            writer.close(!waiting() && inFlight.isEmpty());
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the usage journal cannot be closed", e);
        } finally {
            reading.unlock();
        }
    }

    private void keep(Duration every) {
        try {
            while (!closed) {
                gate.pause(every, () -> closed);
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is done now and then, outside of all requests. */
    private void tick() {
        writer.mend();
        if (memory.retry(writer)) {
            gate.changed();
        }
        if (!writer.writable()) {
            writer.tryAppend(JournalFormat.NOTHING, JournalFormat.nothing());
        }
        freeOldest();
        writer.sync();
    }

    /** Opens again, in the present segment, the requests whose long life keeps an old segment from being deleted. */
    private void freeOldest() {
        List<Segment> segments = writer.segments();
        Segment oldest = segments.get(0);
        if (segments.size() <= SEGMENTS_KEPT_FOR_IN_FLIGHT || oldest.end() > writtenTo) {
            return;
        }
        for (Map.Entry<String, InFlight> entry : inFlight.entrySet()) {
            if (entry.getValue().segment() == oldest) {
                // Inside the map's lock, so that the request cannot be settled before it is opened again.
                inFlight.computeIfPresent(entry.getKey(), (id, request) -> movedFrom(oldest, request));
            }
        }
        writer.deleteBefore(writtenTo);
    }

    private InFlight movedFrom(Segment oldest, InFlight request) {
        if (request.segment() != oldest) {
            return request;
        }
        try {
            Segment segment = writer.append(JournalFormat.OPENED, JournalFormat.opened(request.request()));
            JournalMemory.release(oldest);
            return new InFlight(request.request(), segment);
        } catch (IOException e) {
            return request;
        }
    }
}
