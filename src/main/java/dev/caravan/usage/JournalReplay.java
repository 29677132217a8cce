package dev.caravan.usage;

import dev.caravan.wire.TokenUsage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes over what the journals of dead processes still hold: settled records go to the ledger as they are, requests that
 * were in flight become {@link RequestStatus#LOST}. A set of files is deleted only after the ledger has all of it, so that a
 * replay that is itself cut short is simply done again. A file with damaged lines is kept under the name {@code .damaged}.
 */
public final class JournalReplay {

    private static final int BATCH = 500;
    private static final String DAMAGED = ".damaged";

    /** Writes to the ledger; must be idempotent by request id. */
    @FunctionalInterface
    public interface BatchWriter {
        void write(String journalId, List<UsageRecord> records) throws Exception;

        /** All of that journal is written. */
        default void ended(String journalId) throws Exception {}
    }

    /**
     * @param journals how many dead processes left one
     * @param settled records that were settled and perhaps not written
     * @param lost requests that were in flight
     * @param damagedLines lines that could not be read
     */
    public record Report(int journals, long settled, long lost, long damagedLines) {

        Report plus(Report more) {
            return new Report(
                    journals + more.journals,
                    settled + more.settled,
                    lost + more.lost,
                    damagedLines + more.damagedLines);
        }
    }

    private final Path folder;
    private final LineReader lines = new LineReader();

    public JournalReplay(Path folder) {
        this.folder = folder;
    }

    /**
     * Replays every journal whose process is gone. Journals of the living are not touched.
     *
     * @throws LedgerException where a journal cannot be read or the writer fails; nothing is lost then
     */
    public Report replay(BatchWriter writer) {
        Report report = new Report(0, 0, 0, 0);
        try {
            for (String id : ids()) {
                try (JournalLock lock = JournalLock.take(folder, id)) {
                    if (lock != null) {
                        report = report.plus(replay(id, segments(id), writer));
                    }
                }
            }
            return report;
        } catch (Exception e) {
            throw new LedgerException("The usage journal in " + folder + " cannot be replayed: " + e.getMessage(), e);
        }
    }

    private Report replay(String id, List<Path> segments, BatchWriter writer) throws Exception {
        if (segments.isEmpty()) {
            return new Report(0, 0, 0, 0);
        }
        Survey survey = new Survey();
        for (Path segment : segments) {
            survey.read(segment);
        }
        long settled = 0;
        for (Path segment : segments) {
            settled += writeSettled(id, segment, survey.writtenTo, writer);
        }
        Instant died =
                Files.getLastModifiedTime(segments.get(segments.size() - 1)).toInstant();
        List<UsageRecord> lost = new ArrayList<>();
        for (OpenedRequest request : survey.inFlight.values()) {
            lost.add(lost(request, died));
        }
        for (int i = 0; i < lost.size(); i += BATCH) {
            writer.write(id, List.copyOf(lost.subList(i, Math.min(i + BATCH, lost.size()))));
        }
        writer.ended(id);
        for (Path segment : segments) {
            if (survey.damaged.contains(segment)) {
                Files.move(
                        segment,
                        segment.resolveSibling(segment.getFileName() + DAMAGED),
                        StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.delete(segment);
            }
        }
        return new Report(1, settled, lost.size(), survey.damagedLines);
    }

    /** The first look at a journal: how far it was written, who was in flight, what is damaged. */
    private final class Survey {

        private final Map<String, OpenedRequest> inFlight = new LinkedHashMap<>();
        private final SortedSet<Path> damaged = new TreeSet<>();
        private JournalLine.Written writtenTo = new JournalLine.Written(0, 0);
        private long damagedLines;

        void read(Path segment) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
                lines.read(file, 0, file.length(), (buffer, start, length, end) -> {
                    take(segment, JournalFormat.decode(buffer, start, length));
                    return true;
                });
            }
        }

        private void take(Path segment, @Nullable JournalLine line) {
            if (line == null) {
                damagedLines++;
                damaged.add(segment);
            } else if (line instanceof JournalLine.Header header && header.version() > JournalFormat.VERSION) {
                throw new LedgerException(segment + " was written by a newer program", null);
            } else if (line instanceof JournalLine.Opened opened) {
                inFlight.put(opened.request().requestId(), opened.request());
            } else if (line instanceof JournalLine.Settled settled) {
                inFlight.remove(settled.usage().opened().requestId());
            } else if (line instanceof JournalLine.Written written) {
                writtenTo = written;
            }
        }
    }

    private long writeSettled(String id, Path segment, JournalLine.Written writtenTo, BatchWriter writer)
            throws Exception {
        long number = number(segment);
        if (number < writtenTo.segment()) {
            return 0;
        }
        long count = 0;
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
            long place = number == writtenTo.segment() ? writtenTo.offset() : 0;
            List<UsageRecord> batch = new ArrayList<>();
            do {
                batch.clear();
                place = lines.read(file, place, file.length(), (buffer, start, length, end) -> {
                    if (JournalFormat.isKind(JournalFormat.SETTLED, buffer, start, length)
                            && JournalFormat.decode(buffer, start, length) instanceof JournalLine.Settled settled) {
                        batch.add(settled.usage());
                    }
                    return batch.size() < BATCH;
                });
                if (!batch.isEmpty()) {
                    writer.write(id, List.copyOf(batch));
                    count += batch.size();
                }
            } while (batch.size() == BATCH);
        }
        return count;
    }

    /** When it ended is not known; the journal's last line is the last sign of life. */
    private static UsageRecord lost(OpenedRequest request, Instant died) {
        Instant ended = died.isBefore(request.createdAt()) ? request.createdAt() : died;
        long latencyMs = Duration.between(request.createdAt(), ended).toMillis();
        return new UsageRecord(
                request, RequestStatus.LOST, TokenUsage.NONE, Cost.ZERO, ended, latencyMs, null, null, null, null);
    }

    private SortedSet<String> ids() throws IOException {
        SortedSet<String> ids = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(JournalLock.SUFFIX) || name.endsWith(JournalWriter.SUFFIX))
                    .forEach(name -> ids.add(name.substring(0, name.indexOf('.'))));
        } catch (NoSuchFileException e) {
            return ids;
        }
        return ids;
    }

    private List<Path> segments(String id) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(id + ".")
                            && file.getFileName().toString().endsWith(JournalWriter.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /** The number in {@code <id>.<number>.journal}; the largest number where someone gave the file another name. */
    private static long number(Path segment) {
        String[] parts = segment.getFileName().toString().split("\\.", -1);
        try {
            return Long.parseLong(parts[1]);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
