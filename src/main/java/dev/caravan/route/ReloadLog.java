package dev.caravan.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which saved file is in force and which was refused, since the start. Safe for all threads. */
public final class ReloadLog {

    /** @param problem null where the file is in force */
    private record Entry(Instant at, @Nullable String problem) {}

    private final Clock clock;
    private final Map<String, Entry> files = new TreeMap<>();

    public ReloadLog(Clock clock) {
        this.clock = clock;
    }

    /** The file, as it was saved, is in force. */
    public synchronized void taken(String file) {
        files.put(file, new Entry(clock.instant(), null));
    }

    /**
     * The file was refused, and what was in force before still is.
     *
     * @param problem is shown to admins: no words of the file, which may hold anything
     */
    public synchronized void refused(String file, String problem) {
        files.put(file, new Entry(clock.instant(), problem));
    }

    /** Puts {@code taken} and {@code refused}: files, each with the time of its last loading. */
    synchronized void putIn(ObjectNode place) {
        ArrayNode taken = place.putArray("taken");
        ArrayNode refused = place.putArray("refused");
        files.forEach((file, entry) -> {
            ObjectNode one = (entry.problem() == null ? taken : refused).addObject();
            one.put("file", file);
            one.put("at", entry.at().truncatedTo(ChronoUnit.SECONDS).toString());
            if (entry.problem() != null) {
                one.put("problem", entry.problem());
            }
        });
    }
}
