package dev.caravan.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The days or months that a column has, in order: one look into its index for each, however many rows it has. */
final class Periods implements AutoCloseable {

    private final PreparedStatement smallest;
    private final Function<String, Period> period;
    private final @Nullable Period within;
    private @Nullable Period present;

    /**
     * @param column begins an index of the table
     * @param within null: all that there are
     */
    Periods(
            Connection connection,
            String table,
            String column,
            Function<String, Period> period,
            @Nullable Period within)
            throws SQLException {
        this.period = period;
        this.within = within;
        smallest =
                connection.prepareStatement("SELECT MIN(" + column + ") FROM " + table + " WHERE " + column + " >= ?");
        present = find(within == null ? "" : within.from());
    }

    /** Null at the end. */
    @Nullable
    Period peek() {
        return present;
    }

    /** Goes on, if the present one has that name. */
    void pass(String name) throws SQLException {
        if (present != null && has(name)) {
            present = find(present.to());
        }
    }

    /** The present one, if it has that name; no time at all otherwise. */
    Period at(String name) {
        return present != null && has(name) ? present : new Period(name, "", "");
    }

    boolean has(String name) {
        return present != null && present.name().equals(name);
    }

    private @Nullable Period find(String from) throws SQLException {
        smallest.setString(1, from);
        try (ResultSet row = smallest.executeQuery()) {
            String text = row.next() ? row.getString(1) : null;
            return text == null || (within != null && !within.contains(text)) ? null : period.apply(text);
        }
    }

    /** The first of all that are peeked at; null where all are at their end. */
    static @Nullable Period first(Iterable<Periods> all) {
        Period first = null;
        for (Periods one : all) {
            Period next = one.peek();
            if (next != null && (first == null || UsageGroup.compare(next.name(), first.name()) < 0)) {
                first = next;
            }
        }
        return first;
    }

    @Override
    public void close() throws SQLException {
        smallest.close();
    }
}
