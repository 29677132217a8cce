package dev.caravan.usage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a SQLite ledger below a size: the rows of whole months that are over leave for files of their own, oldest first. The
 * sums by day and by month stay. May be killed at any moment, and may run in several gateways that share the file.
 */
public final class Archive implements AutoCloseable {

    private final ArchiveFiles files;
    private final long aboveBytes;
    private final Clock clock;
    private final Consumer<ArchiveStage> stages;
    private volatile boolean stopped;

    /**
     * @param ledger the ledger's file; it must be migrated
     * @param aboveBytes months leave while the ledger holds more than this; 0: no month begins to leave
     */
    public Archive(Path ledger, long aboveBytes, Clock clock) {
        this(ledger, aboveBytes, clock, stage -> {});
    }

    Archive(Path ledger, long aboveBytes, Clock clock, Consumer<ArchiveStage> stages) {
        this.files = new ArchiveFiles(ledger);
        this.aboveBytes = aboveBytes;
        this.clock = clock;
        this.stages = stages;
    }

    /**
     * What a run did.
     *
     * @param months those that left, oldest first; those that an earlier run had begun are among them
     * @param full whether the ledger is still over its size, because what is left is of this month
     */
    public record Report(List<String> months, boolean full) {
        public Report {
            months = List.copyOf(months);
        }
    }

    /**
     * Finishes what was begun, moves what came late, and then as many months as it takes.
     *
     * @return null where another gateway is at it
     * @throws LedgerException where a file cannot be read or written; the next run goes on from there
     */
    public @Nullable Report run() {
        try (ArchiveLock lock = ArchiveLock.take(files.ledger())) {
            if (lock == null) {
                return null;
            }
            try (Connection ledger = DriverManager.getConnection("jdbc:sqlite:" + files.ledger());
                    Statement statement = ledger.createStatement()) {
                statement.execute("PRAGMA busy_timeout = " + ArchiveFiles.BUSY_MILLIS);
                // Rows leave for good: what says so must be on the disk itself.
                statement.execute("PRAGMA synchronous = FULL");
                return run(ledger);
            }
        } catch (SQLException | IOException e) {
            throw new LedgerException("The ledger's old months cannot be moved: " + e.getMessage(), e);
        }
    }

    private Report run(Connection ledger) throws SQLException {
        ArchiveStep step = new ArchiveStep(ledger, files, clock, stages, this::isStopped);
        LedgerSpace space = new LedgerSpace(ledger);
        List<String> moved = new ArrayList<>();
        for (String month : begun(ledger)) {
            if (step.move(month)) {
                moved.add(month);
            }
        }
        String movedUntil = ArchivedMonths.read(ledger).movedUntil();
        for (String month : late(ledger, movedUntil)) {
            step.moveLate(month, movedUntil);
        }
        String open = YearMonth.now(clock.withZone(ZoneOffset.UTC)).toString();
        String month = null;
        while (!stopped && aboveBytes > 0 && space.usedBytes() > aboveBytes) {
            month = oldest(ledger);
            if (month == null || month.compareTo(open) >= 0) {
                break;
            }
            if (step.move(month)) {
                moved.add(month);
            }
        }
        space.shrink(stages, this::isStopped);
        return new Report(moved, aboveBytes > 0 && space.usedBytes() > aboveBytes);
    }

    /** Ends a run soon; the next one goes on. */
    public void stop() {
        stopped = true;
    }

    private boolean isStopped() {
        return stopped;
    }

    private static List<String> begun(Connection ledger) throws SQLException {
        List<String> months = new ArrayList<>();
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery("SELECT month, moved_until FROM archive ORDER BY month")) {
            while (row.next()) {
                YearMonth month = YearMonth.parse(row.getString(1));
                if (row.getString(2).compareTo(month.plusMonths(1).toString()) < 0) {
                    months.add(month.toString());
                }
            }
        }
        return months;
    }

    private static List<String> late(Connection ledger, String movedUntil) throws SQLException {
        List<String> months = new ArrayList<>();
        try (PreparedStatement statement = ledger.prepareStatement(
                "SELECT DISTINCT substr(created_at, 1, 7) FROM session_usage WHERE created_at < ? ORDER BY 1")) {
            statement.setString(1, movedUntil);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    months.add(row.getString(1));
                }
            }
        }
        return months;
    }

    /** The oldest month that has not left. */
    private static @Nullable String oldest(Connection ledger) throws SQLException {
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery("SELECT MIN(created_at) FROM session_usage WHERE created_at >="
                        + " (SELECT COALESCE(MAX(moved_until), '') FROM archive)")) {
            String first = row.next() ? row.getString(1) : null;
            return first == null ? null : ArchivedMonths.month(first);
        }
    }

    /** The look-ups that go on to the files. */
    ArchiveFiles files() {
        return files;
    }

    /** The files that were asked and were not there: someone has put them away. */
    public List<Path> missing() {
        return files.missing().stream().sorted().map(files::path).toList();
    }

    @Override
    public void close() {
        stop();
        try {
            files.close();
        } catch (SQLException e) {
            throw new LedgerException("An archive cannot be closed: " + e.getMessage(), e);
        }
    }
}
