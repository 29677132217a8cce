package dev.caravan.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.YearMonth;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves one month's rows from the ledger to the month's file. What is done is read from the two files and never from memory,
 * so a run that died is continued by just beginning again:
 *
 * <ol>
 *   <li>the rows are copied to the file, in one transaction of the file, which is then on the disk;
 *   <li>the ledger names the file in {@code archive};
 *   <li>rows leave the ledger, some at a time. One transaction of the ledger compares them with the file's, column by column,
 *       deletes those that are the same, and moves {@code moved_until} past them; a row that the file has not is copied first.
 * </ol>
 *
 * <p>A reader counts the ledger's rows and those of the files before {@code moved_until}: each row once, at every moment.
 */
final class ArchiveStep {

    private final Connection ledger;
    private final ArchiveFiles files;
    private final Clock clock;
    private final Consumer<ArchiveStage> stages;
    private final BooleanSupplier stopped;
    private final Pace pace = new Pace();

    /**
     * @param ledger in auto-commit mode; nothing else is done on it
     * @param stages is told each stage; what it throws ends the run as a crash would
     * @param stopped asked between two transactions
     */
    ArchiveStep(
            Connection ledger,
            ArchiveFiles files,
            Clock clock,
            Consumer<ArchiveStage> stages,
            BooleanSupplier stopped) {
        this.ledger = ledger;
        this.files = files;
        this.clock = clock;
        this.stages = stages;
        this.stopped = stopped;
    }

    /** Moves a whole month, or what is left of it. Whether it came to the end. */
    boolean move(String month) throws SQLException {
        String end = YearMonth.parse(month).plusMonths(1).toString();
        ArchiveColumns columns = attach(month);
        try {
            copy(columns, month, end);
            stages.accept(ArchiveStage.COPIED);
            name(month, month);
            stages.accept(ArchiveStage.NAMED);
            while (!stopped.getAsBoolean()) {
                String left = drop(columns, month, end, pace.begin());
                stages.accept(ArchiveStage.DROPPED);
                if (left == null) {
                    stages.accept(ArchiveStage.MOVED);
                    return true;
                }
                pace.rest();
            }
            return false;
        } finally {
            detach();
        }
    }

    /** Moves rows of a month that came after their time had left. */
    void moveLate(String month, String movedUntil) throws SQLException {
        String end = YearMonth.parse(month).plusMonths(1).toString();
        String before = end.compareTo(movedUntil) < 0 ? end : movedUntil;
        ArchiveColumns columns = attach(month);
        try {
            copy(columns, month, before);
            stages.accept(ArchiveStage.COPIED);
            // All that this month has is before moved_until, so to name its file moves nothing.
            name(month, before);
            stages.accept(ArchiveStage.NAMED);
            String from = month;
            while (from != null && !stopped.getAsBoolean()) {
                String next = chunkEnd(from, before, pace.begin());
                update(deletion(columns), from, next);
                stages.accept(ArchiveStage.DROPPED);
                from = next.equals(before) ? null : next;
                pace.rest();
            }
        } finally {
            detach();
        }
    }

    private ArchiveColumns attach(String month) throws SQLException {
        ArchiveColumns columns = new ArchiveColumns(ledger);
        String path = files.path(files.name(month)).toString();
        columns.prepare(files.path(files.name(month)));
        try (PreparedStatement attach = ledger.prepareStatement("ATTACH DATABASE ? AS moved")) {
            attach.setString(1, path);
            attach.execute();
        }
        execute("PRAGMA moved.synchronous = EXTRA");
        stages.accept(ArchiveStage.MADE);
        return columns;
    }

    private void detach() throws SQLException {
        execute("DETACH DATABASE moved");
    }

    private void copy(ArchiveColumns columns, String from, String to) throws SQLException {
        update(
                "INSERT INTO moved.session_usage (" + columns.names() + ") SELECT " + columns.names()
                        + " FROM main.session_usage WHERE created_at >= ? AND created_at < ?"
                        + " ON CONFLICT (request_id) DO NOTHING",
                from,
                to);
    }

    private void name(String month, String movedUntil) throws SQLException {
        update(
                "INSERT INTO main.archive (month, file, archived_at, moved_until) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (month) DO NOTHING",
                month,
                files.name(month),
                clock.instant().toString(),
                movedUntil);
    }

    /** Lets the next rows go. The time from which on rows are left; null where none is. */
    private @Nullable String drop(ArchiveColumns columns, String month, String end, int rows) throws SQLException {
        for (int tries = 0; tries < 3; tries++) {
            execute("BEGIN IMMEDIATE");
            boolean done = false;
            try {
                String from = text("SELECT moved_until FROM main.archive WHERE month = ?", month);
                if (from == null || from.compareTo(end) >= 0) {
                    return null;
                }
                String next = chunkEnd(from, end, rows);
                update(deletion(columns), from, next);
                // A row that was written after the copy, or one that the file has otherwise: it must not be passed by.
                if (text(
                                "SELECT request_id FROM main.session_usage WHERE created_at >= ? AND created_at < ? LIMIT 1",
                                from,
                                next)
                        == null) {
                    update("UPDATE main.archive SET moved_until = ? WHERE month = ?", next, month);
                    execute("COMMIT");
                    done = true;
                    return next.equals(end) ? null : next;
                }
            } finally {
                if (!done) {
                    execute("ROLLBACK");
                }
            }
            copy(columns, month, end);
        }
        throw new LedgerException(
                "The archive " + files.path(files.name(month)) + " has a row that differs from the ledger's;"
                        + " the month's other rows stay in the ledger",
                null);
    }

    private static String deletion(ArchiveColumns columns) {
        return "DELETE FROM main.session_usage AS here WHERE created_at >= ? AND created_at < ? AND EXISTS ("
                + "SELECT 1 FROM moved.session_usage AS there WHERE there.request_id = here.request_id AND "
                + columns.same("there", "here") + ")";
    }

    /** Where a chunk that begins there ends: rows of one time stay together. */
    private String chunkEnd(String from, String end, int rows) throws SQLException {
        String next = text(
                "SELECT created_at FROM main.session_usage WHERE created_at >= ? AND created_at < ?"
                        + " ORDER BY created_at LIMIT 1 OFFSET " + rows,
                from,
                end);
        String first = text("SELECT MIN(created_at) FROM main.session_usage WHERE created_at >= ?", from);
        if (next != null && next.equals(first)) {
            next = text(
                    "SELECT MIN(created_at) FROM main.session_usage WHERE created_at > ? AND created_at < ?",
                    next,
                    end);
        }
        return next == null ? end : next;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = ledger.createStatement()) {
            statement.execute(sql);
        }
    }

    private void update(String sql, String... values) throws SQLException {
        try (PreparedStatement statement = set(sql, values)) {
            statement.executeUpdate();
        }
    }

    private @Nullable String text(String sql, String... values) throws SQLException {
        try (PreparedStatement statement = set(sql, values);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private PreparedStatement set(String sql, String... values) throws SQLException {
        PreparedStatement statement = ledger.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setString(i + 1, values[i]);
        }
        return statement;
    }
}
