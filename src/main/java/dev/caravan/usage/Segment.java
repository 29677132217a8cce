package dev.caravan.usage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One file of a journal. Appended to by one thread at a time, read by another. It uses {@link RandomAccessFile} rather than
 * a channel, because an interrupted thread closes a channel for all others.
 */
final class Segment {

    private final long number;
    private final long base;
    private final Path path;
    private final RandomAccessFile out;
    private final RandomAccessFile in;
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile long length;
    private volatile boolean unsynced;
    private volatile boolean sealed;
    private volatile boolean deleted;
    /** Whether the last append failed, so that the file's end is not where it should be. Only the appender's. */
    private boolean torn;

    /**
     * Makes the file, with its header.
     *
     * @param base the journal's length before this segment, bytes
     */
    Segment(Path path, long number, long base) throws IOException {
        this.path = path;
        this.number = number;
        this.base = base;
        this.out = new RandomAccessFile(path.toFile(), "rw");
        RandomAccessFile reader = null;
        try {
            reader = new RandomAccessFile(path.toFile(), "r");
            this.in = reader;
            append(JournalFormat.header());
        } catch (IOException e) {
            out.close();
            if (reader != null) {
                reader.close();
            }
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** One write. Where it fails, nothing of it counts and the next one begins at the same place. */
    void append(byte[] line) throws IOException {
        if (torn) {
            out.seek(length);
        }
        torn = true;
        try {
            out.write(line);
        } catch (IOException e) {
            cut();
            throw e;
        }
        torn = false;
        length += line.length;
        unsynced = true;
    }

    private void cut() {
        try {
            out.setLength(length);
        } catch (IOException e) {
            // The torn line stays behind the good end. The next append overwrites it, and a reader skips what is left
            // of it.
            torn = true;
        }
    }

    /** Brings to the disk what was appended before the call. */
    void sync() throws IOException {
        // Asked first: what is appended after this moment is appended to a segment that is not sealed yet.
        boolean complete = sealed;
        if (unsynced && !deleted) {
            unsynced = false;
            try {
                out.getFD().sync();
            } catch (IOException e) {
                if (!deleted) {
                    unsynced = true;
                    throw e;
                }
            }
        }
        if (complete) {
            out.close();
        }
    }

    void seal() {
        sealed = true;
    }

    void delete() throws IOException {
        deleted = true;
        close();
        Files.deleteIfExists(path);
    }

    void close() throws IOException {
        out.close();
        in.close();
    }

    RandomAccessFile in() {
        return in;
    }

    Path path() {
        return path;
    }

    long number() {
        return number;
    }

    /** The place in the whole journal where this file begins. */
    long base() {
        return base;
    }

    /** Bytes of whole lines. */
    long length() {
        return length;
    }

    /** The place in the whole journal right after the last whole line. */
    long end() {
        return base + length;
    }

    boolean sealed() {
        return sealed;
    }

    /** Requests opened in this file whose end is not on disk; while there are any, the file stays. */
    AtomicInteger unsettled() {
        return unsettled;
    }
}
