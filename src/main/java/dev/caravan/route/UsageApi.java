package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.route.edge.CallerConnection;
import dev.caravan.usage.Journal;
import dev.caravan.usage.UsageAnswers;
import dev.caravan.usage.UsageCsv;
import dev.caravan.usage.UsageQuery;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The first and the last step of each usage page: the caller's parameters, checked, as named parameters of the SQL steps
 * between; and their rows as the answer. Before it asks, it waits until the ledger has all that this gateway has answered.
 */
public final class UsageApi {

    /** The exchange property of what was asked. */
    static final String QUERY = "usageQuery";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Journal journal;
    private final Duration patience;

    /** @param patience how long a question waits for the ledger to catch up */
    public UsageApi(Journal journal, Duration patience) {
        this.journal = journal;
        this.patience = patience;
    }

    public void askSession(Exchange exchange) throws InterruptedException {
        String id = exchange.getMessage().getHeader("session_id", String.class);
        ask(exchange, UsageQuery.session(Objects.requireNonNullElse(id, ""), parameters(exchange)));
    }

    public void askDaily(Exchange exchange) throws InterruptedException {
        ask(exchange, UsageQuery.daily(parameters(exchange)));
    }

    public void askMonthly(Exchange exchange) throws InterruptedException {
        ask(exchange, UsageQuery.monthly(parameters(exchange)));
    }

    public void askSummary(Exchange exchange) throws InterruptedException {
        ask(exchange, UsageQuery.summary(parameters(exchange)));
    }

    public void answerSession(Exchange exchange) {
        body(exchange, UsageAnswers.session(query(exchange), rows(exchange, "totals"), rows(exchange, "page")));
    }

    public void answerDaily(Exchange exchange) {
        if (query(exchange).csv()) {
            file(exchange, "daily_usage.csv");
        } else {
            body(exchange, UsageAnswers.daily(query(exchange), rows(exchange, "totals"), rows(exchange, "page")));
        }
    }

    public void answerMonthly(Exchange exchange) {
        if (query(exchange).csv()) {
            file(exchange, "monthly_usage.csv");
        } else {
            body(exchange, UsageAnswers.monthly(query(exchange), rows(exchange, "totals"), rows(exchange, "page")));
        }
    }

    public void answerSummary(Exchange exchange) {
        body(
                exchange,
                UsageAnswers.summary(
                        rows(exchange, "totals"),
                        rows(exchange, "byProvider"),
                        rows(exchange, "byModel"),
                        rows(exchange, "p95")));
    }

    private void ask(Exchange exchange, UsageQuery asked) throws InterruptedException {
        UsageQuery query = CallerIdentity.of(exchange).own(asked);
        if (!journal.awaitWritten(patience)) {
            throw new RequestException(
                    ErrorCode.LEDGER_UNAVAILABLE,
                    "The ledger is catching up; usage is recorded, but cannot be read now",
                    RETRY_AFTER);
        }
        exchange.setProperty(QUERY, query);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(query.parameters());
    }

    private static UnaryOperator<@Nullable String> parameters(Exchange exchange) {
        HttpServerRequest request = CallerConnection.of(exchange).request();
        return name -> {
            List<String> values = request.params().getAll(Objects.requireNonNull(name));
            if (values.size() > 1) {
                throw new RequestException(ErrorCode.INVALID_VALUE, name + " must be given once", name);
            }
            return values.isEmpty() ? null : values.get(0);
        };
    }

    private static UsageQuery query(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty(QUERY, UsageQuery.class));
    }

    /** The rows that an SQL step left in the header of that name. */
    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(Exchange exchange, String header) {
        return (List<Map<String, Object>>)
                Objects.requireNonNull(exchange.getMessage().getHeader(header), header);
    }

    private static void body(Exchange exchange, Object json) {
        exchange.getMessage().setBody(json);
    }

    private static void file(Exchange exchange, String name) {
        byte[] csv = UsageCsv.file(query(exchange), rows(exchange, "page")).getBytes(StandardCharsets.UTF_8);
        Answer.send(exchange, 200, csv, "text/csv; charset=utf-8");
        exchange.getMessage().setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
    }
}
