package dev.caravan.usage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The writing end of a journal: appends lines, rotates and syncs its segments. Safe for all threads. */
final class JournalWriter {

    static final String SUFFIX = ".journal";

    private final Path folder;
    private final String id;
    private final long segmentBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Segment> segments = new ArrayDeque<>();
    private volatile Segment current;
    private volatile long lastSettledEnd;
    private volatile long settledLines;
    private volatile @Nullable String appendTrouble;
    private volatile @Nullable String syncTrouble;
    private volatile boolean folderUnsynced = true;

    JournalWriter(Path folder, String id, long segmentBytes) throws IOException {
        this.folder = folder;
        this.id = id;
        this.segmentBytes = segmentBytes;
        this.current = new Segment(path(1), 1, 0);
        segments.add(current);
    }

    /**
     * Appends one line: when this returns, the line survives the death of the process.
     *
     * @return the segment that holds it
     */
    Segment append(char kind, byte[] line) throws IOException {
        lock.lock();
        try {
            if (current.length() >= segmentBytes) {
                rotate();
            }
            Segment segment = current;
            segment.append(line);
            if (kind == JournalFormat.SETTLED) {
                settledLines++;
                lastSettledEnd = segment.end();
            } else if (kind == JournalFormat.OPENED) {
                segment.unsettled().incrementAndGet();
            }
            appendTrouble = null;
            return segment;
        } catch (IOException e) {
            appendTrouble = text(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #append}, for lines that may be left out; a failure shows in {@link #trouble()}. */
    boolean tryAppend(char kind, byte[] line) {
        try {
            append(kind, line);
            return true;
        } catch (IOException e) {
            appendTrouble = text(e);
            return false;
        }
    }

    /** A new segment; where that cannot be made the old one grows on. */
    private void rotate() {
        try {
            Segment next = new Segment(path(current.number() + 1), current.number() + 1, current.end());
            segments.addLast(next);
            Segment full = current;
            current = next;
            full.seal();
            folderUnsynced = true;
        } catch (IOException e) {
            syncTrouble = text(e);
        }
    }

    /** Brings all that was appended to the disk; a failure shows in {@link #trouble()}. */
    void sync() {
        String trouble = null;
        for (Segment segment : segments()) {
            try {
                segment.sync();
            } catch (IOException e) {
                trouble = text(e);
            }
        }
        if (folderUnsynced) {
            folderUnsynced = false;
            syncFolder();
        }
        syncTrouble = trouble;
    }

    private void syncFolder() {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Not every system lets a folder be opened. Those that do not keep names on disk without it.
            folderUnsynced = false;
        }
    }

    /** Goes on in a new file where someone deleted the present one under us. */
    void mend() {
        if (!Files.exists(current.path())) {
            lock.lock();
            try {
                rotate();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Deletes, oldest first, the segments that nobody needs any more. */
    void deleteBefore(long writtenTo) {
        while (true) {
            Segment oldest;
            lock.lock();
            try {
                oldest = segments.getFirst();
                if (oldest == current
                        || oldest.end() > writtenTo
                        || oldest.unsettled().get() > 0) {
                    return;
                }
                segments.removeFirst();
            } finally {
                lock.unlock();
            }
            try {
                oldest.delete();
            } catch (IOException e) {
                syncTrouble = text(e);
            }
        }
    }

    /** The segment in which that place lies, which is the last one for the journal's end. */
    Segment at(long place) {
        lock.lock();
        try {
            for (Segment segment : segments) {
                if (place < segment.end()) {
                    return segment;
                }
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    List<Segment> segments() {
        lock.lock();
        try {
            return List.copyOf(segments);
        } finally {
            lock.unlock();
        }
    }

    /** The place right after the last settled record; 0 where there is none. */
    long lastSettledEnd() {
        return lastSettledEnd;
    }

    /** How many settled records were appended. */
    long settledLines() {
        return settledLines;
    }

    /** How many settled records there are, where all of them stand before that place; else -1. */
    long settledLinesIfAllBefore(long place) {
        lock.lock();
        try {
            return lastSettledEnd <= place ? settledLines : -1;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the last append succeeded. */
    boolean writable() {
        return appendTrouble == null;
    }

    /** What is wrong with the disk, for the operator; null where nothing is. */
    @Nullable
    String trouble() {
        String trouble = appendTrouble;
        return trouble == null ? syncTrouble : trouble;
    }

    void close(boolean delete) throws IOException {
        for (Segment segment : segments()) {
            if (delete) {
                segment.delete();
            } else {
                segment.close();
            }
        }
    }

    private Path path(long number) {
        return folder.resolve(id + "." + String.format(Locale.ROOT, "%08d", number) + SUFFIX);
    }

    private static String text(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
