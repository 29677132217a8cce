package dev.caravan.usage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The archives' files beside the ledger's, and a few open connections to read them by: a session may be in any month, and to
 * open a file costs more than to ask it. Thread-safe.
 */
final class ArchiveFiles implements AutoCloseable {

    /** Connections that wait for the next question, of all files together. */
    private static final int MOST_IDLE = 48;

    static final int BUSY_MILLIS = 5_000;

    private final Path ledger;
    private final Map<String, Deque<Connection>> idle = new HashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private int idleCount;
    private boolean closed;

    /** @param ledger the ledger's file */
    ArchiveFiles(Path ledger) {
        this.ledger = ledger.toAbsolutePath();
    }

    /** The ledger's file. */
    Path ledger() {
        return ledger;
    }

    /** The name of a month's file: that of the ledger with the month before its last point. */
    String name(String month) {
        String name = ledger.getFileName().toString();
        int point = name.lastIndexOf('.');
        return point <= 0 ? name + "-" + month : name.substring(0, point) + "-" + month + name.substring(point);
    }

    Path path(String name) {
        return Objects.requireNonNull(ledger.getParent()).resolve(name);
    }

    /** What is asked of one archive. */
    interface Question<T> {
        T ask(Connection archive) throws SQLException;
    }

    /** The files that were not there when they were last asked. */
    Set<String> missing() {
        return Set.copyOf(missing);
    }

    /** The answer of that file; null where it is not there: someone has put it away. */
    <T> @Nullable T ask(String name, Question<T> question) throws SQLException {
        Connection connection = take(name);
        if (connection == null) {
            return null;
        }
        boolean whole = false;
        try {
            T answer = question.ask(connection);
            whole = true;
            return answer;
        } finally {
            if (whole) {
                giveBack(name, connection);
            } else {
                connection.close();
            }
        }
    }

    /** To be closed, or given back; null where the file is not there. */
    @Nullable
    Connection take(String name) throws SQLException {
        Path path = path(name);
        if (!Files.exists(path)) {
            missing.add(name);
            return null;
        }
        missing.remove(name);
        synchronized (this) {
            Deque<Connection> waiting = idle.get(name);
            if (waiting != null && !waiting.isEmpty()) {
                idleCount--;
                return waiting.pop();
            }
        }
        // Not "read only": whoever comes first after a crash has to roll the file back. But never made by a question.
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path.toUri() + "?mode=rw");
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
            statement.execute("PRAGMA query_only = true");
        }
        return connection;
    }

    void giveBack(String name, Connection connection) throws SQLException {
        synchronized (this) {
            if (!closed && idleCount < MOST_IDLE) {
                idle.computeIfAbsent(name, key -> new ArrayDeque<>()).push(connection);
                idleCount++;
                return;
            }
        }
        connection.close();
    }

    @Override
    public synchronized void close() throws SQLException {
        closed = true;
        for (Deque<Connection> waiting : idle.values()) {
            for (Connection connection : waiting) {
                connection.close();
            }
        }
        idle.clear();
        idleCount = 0;
    }
}
