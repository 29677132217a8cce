package dev.caravan.usage;

import java.util.List;
import java.util.Map;

/**
 * What the usage API answers for a session is made of.
 *
 * @param totals one row with the columns of {@code select-session-totals.sql}
 * @param page rows with the columns of {@code select-session-requests.sql}, newest first
 */
public record SessionRows(List<Map<String, Object>> totals, List<Map<String, Object>> page) {

    public SessionRows {
        totals = List.copyOf(totals);
        page = List.copyOf(page);
    }
}
