package dev.caravan.access;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Some steps in one transaction: each key's row is read once, held, and written once. In the order of the keys, so that two
 * gateways never wait for each other in a circle. What ends comes before what begins.
 */
final class TurnstileBatch {

    private final CounterRows rows;
    private final String gatewayId;
    private final Instant now;
    private final List<Reservation> reservations = new ArrayList<>();
    private final Map<TurnstileStep.Enter, Verdict> verdicts = new LinkedHashMap<>();

    TurnstileBatch(CounterRows rows, String gatewayId, Instant now) {
        this.rows = rows;
        this.gatewayId = gatewayId;
        this.now = now;
    }

    /** The verdicts on those that want in; they count only when the transaction is committed. */
    Map<TurnstileStep.Enter, Verdict> take(List<TurnstileStep> steps) throws SQLException {
        Map<String, List<TurnstileStep>> byKey = new TreeMap<>();
        steps.forEach(step ->
                byKey.computeIfAbsent(step.keyId(), key -> new ArrayList<>()).add(step));
        for (Map.Entry<String, List<TurnstileStep>> entry : byKey.entrySet()) {
            CounterRows.Row row = rows.hold(entry.getKey());
            KeyCounter counter = row == null ? null : settle(row.counter(), entry.getValue());
            for (TurnstileStep step : entry.getValue()) {
                if (step instanceof TurnstileStep.Enter enter) {
                    counter = enter(enter, row, counter);
                }
            }
            if (counter != null) {
                rows.write(entry.getKey(), counter);
            }
        }
        rows.reserve(reservations, gatewayId);
        return verdicts;
    }

    private KeyCounter settle(KeyCounter before, List<TurnstileStep> steps) throws SQLException {
        KeyCounter counter = before;
        for (TurnstileStep step : steps) {
            if (step instanceof TurnstileStep.Settle settle) {
                Reservation reserved = rows.reserved(settle.requestId());
                // Where nothing is left of it, another gateway has taken this one for gone and charged what the ledger
                // says.
                if (reserved != null) {
                    counter = counter.settle(reserved, settle.tokens(), settle.micros());
                    rows.release(settle.requestId());
                }
            }
        }
        return counter;
    }

    private @Nullable KeyCounter enter(
            TurnstileStep.Enter enter, CounterRows.@Nullable Row row, @Nullable KeyCounter before) throws SQLException {
        if (row == null || before == null || row.revokedAt() != null) {
            verdicts.put(enter, refused("This gateway key was revoked"));
            return before;
        }
        if (row.expiresAt() != null && !now.isBefore(row.expiresAt())) {
            verdicts.put(enter, refused("This gateway key has expired"));
            return before;
        }
        KeyCounter counter = before.at(now);
        RequestException refusal = KeyJudge.refusal(row.limits(), counter, enter.tokens(), enter.micros(), 0, now);
        if (refusal != null && refusal.code() == ErrorCode.BUDGET_EXCEEDED) {
            // How long to wait depends on what may still be given back.
            long underWay = rows.underWay(enter.keyId(), counter) + reservedHere(enter.keyId());
            refusal = KeyJudge.refusal(row.limits(), counter, enter.tokens(), enter.micros(), underWay, now);
        }
        if (refusal == null) {
            if (enter.reserves()) {
                reservations.add(counter.reserve(enter.requestId(), enter.keyId(), enter.tokens(), enter.micros()));
            }
            counter = counter.plus(enter.tokens(), enter.micros());
        }
        verdicts.put(enter, new Verdict(refusal, RateState.of(row.limits(), counter, now)));
        return counter;
    }

    private long reservedHere(String keyId) {
        return reservations.stream()
                .filter(reserved -> reserved.keyId().equals(keyId))
                .mapToLong(Reservation::micros)
                .sum();
    }

    private static Verdict refused(String message) {
        return new Verdict(new RequestException(ErrorCode.GATEWAY_KEY_INVALID, message, (String) null), null);
    }
}
