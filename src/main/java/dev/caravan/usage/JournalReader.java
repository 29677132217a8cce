package dev.caravan.usage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The reading end of a living journal: settled records in the order in which they were appended. Not for several threads. */
final class JournalReader {

    /**
     * Some settled records.
     *
     * @param end the place right after the last line that was looked at; all settled records before it are in the list, or
     *     were so damaged that they cannot be read
     */
    record Batch(List<UsageRecord> records, long end) {}

    private final JournalWriter writer;
    private final LineReader lines = new LineReader();
    private long damaged;

    JournalReader(JournalWriter writer) {
        this.writer = writer;
    }

    Batch read(long from, int max) throws IOException {
        List<UsageRecord> records = new ArrayList<>();
        long place = from;
        while (records.size() < max) {
            Segment segment = writer.at(place);
            long end = segment.end();
            if (place >= end) {
                break;
            }
            long start = Math.max(place - segment.base(), 0);
            long reached = lines.read(segment.in(), start, end - segment.base(), (buffer, at, length, lineEnd) -> {
                if (JournalFormat.isKind(JournalFormat.OPENED, buffer, at, length)) {
                    return true;
                }
                JournalLine line = JournalFormat.decode(buffer, at, length);
                if (line == null) {
                    damaged++;
                } else if (line instanceof JournalLine.Settled settled) {
                    records.add(settled.usage());
                }
                return records.size() < max;
            });
            place = segment.base() + reached;
            if (records.size() < max && place < end) {
                // Someone cut the file under us. What is gone cannot be waited for.
                damaged++;
                place = end;
            }
        }
        return new Batch(List.copyOf(records), place);
    }

    /** Lines that could not be read. */
    long damaged() {
        return damaged;
    }
}
