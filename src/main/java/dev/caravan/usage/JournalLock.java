package dev.caravan.usage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Tells the journals of the living from those of the dead: a process holds the lock of {@code <id>.lock} while it lives, and
 * the operating system lets go of it however the process ends. A set of segments without that file is a dead one's.
 */
final class JournalLock implements Closeable {

    static final String SUFFIX = ".lock";

    /**
     * Begins the ids of this process. Needed because closing any channel of a locked file lets go of the lock of the whole
     * process, so that the locks of our own journals must not even be tried.
     */
    private static final String PROCESS = ProcessHandle.current().pid() + "-"
            + Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-";

    private final String id;
    private final Path path;
    private final FileChannel channel;

    private JournalLock(String id, Path path, FileChannel channel) {
        this.id = id;
        this.path = path;
        this.channel = channel;
    }

    /** The lock of a new journal. */
    static JournalLock create(Path folder) throws IOException {
        while (true) {
            String id =
                    PROCESS + Integer.toHexString(ThreadLocalRandom.current().nextInt());
            JournalLock lock = lock(folder, id, StandardOpenOption.CREATE_NEW);
            // Between making the file and locking it another process may have taken it for a dead one's and deleted it.
            if (lock != null && Files.exists(lock.path)) {
                return lock;
            }
            if (lock != null) {
                lock.close();
            }
        }
    }

    /** The lock of a dead process's journal; null where the process lives, or where another one replays it now. */
    static @Nullable JournalLock take(Path folder, String id) throws IOException {
        if (id.startsWith(PROCESS) && Files.exists(folder.resolve(id + SUFFIX))) {
            return null;
        }
        return lock(folder, id, StandardOpenOption.CREATE);
    }

    private static @Nullable JournalLock lock(Path folder, String id, StandardOpenOption create) throws IOException {
        Path path = folder.resolve(id + SUFFIX);
        FileChannel channel = FileChannel.open(path, create, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new JournalLock(id, path, channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            return null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    String id() {
        return id;
    }

    /** Lets go: from now on the set, if anything of it is left, is a dead one's. */
    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(path);
        } finally {
            channel.close();
        }
    }
}
