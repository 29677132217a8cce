package dev.caravan.usage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One gateway archives at a time. It only saves work: two at once would do the same twice and no harm, because each step
 * looks at the ledger anew in its own transaction.
 */
final class ArchiveLock implements Closeable {

    private final FileChannel channel;

    private ArchiveLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Null where another one has it. The file stays: to delete a lock's file is how two come to hold it. */
    static @Nullable ArchiveLock take(Path ledger) throws IOException {
        FileChannel channel = FileChannel.open(
                ledger.resolveSibling(ledger.getFileName() + ".archive-lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new ArchiveLock(channel);
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

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
