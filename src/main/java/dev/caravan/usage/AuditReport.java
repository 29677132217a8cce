package dev.caravan.usage;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The answer of an audit.
 *
 * @param checkedAt the moment of the ledger that it is about, UTC
 * @param rows all rows, those of archives too
 * @param opened the requests that the ledger and this process know of
 * @param inFlight those that have no row yet
 * @param differencesTotal how many there are; the list ends at 1,000
 */
@JsonPropertyOrder({"sound", "checked_at", "rows", "opened", "settled", "in_flight", "differences_total", "differences"
})
public record AuditReport(
        @JsonProperty("checked_at") String checkedAt,
        long rows,
        long opened,
        long settled,
        @JsonProperty("in_flight") long inFlight,
        @JsonProperty("differences_total") long differencesTotal,
        List<Difference> differences) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public AuditReport {
        differences = List.copyOf(differences);
    }

    /** Whether all is as it should be. */
    @JsonProperty("sound")
    public boolean sound() {
        return differencesTotal == 0;
    }

    public ObjectNode json() {
        return JSON.valueToTree(this);
    }
}
