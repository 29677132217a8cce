package dev.caravan.route;

import dev.caravan.usage.UsageEvent;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/** Rows of the outbox as messages for Kafka: the request id is the key. */
public final class UsageEvents {

    private static final String SENT = "usageSent";

    public boolean hasRows(Exchange exchange) {
        return !rows(exchange.getMessage().getBody()).isEmpty();
    }

    /** The body, rows of {@code select-usage-outbox.sql}, becomes a list of messages, which are sent together. */
    public void messages(Exchange exchange) {
        List<Map<String, @Nullable Object>> rows = rows(exchange.getMessage().getBody());
        exchange.setProperty(SENT, rows);
        exchange.getMessage()
                .setBody(rows.stream().map(row -> message(exchange, row)).toList());
    }

    /** The body becomes the rows again, all of which the broker has. */
    public void sent(Exchange exchange) {
        exchange.getMessage().setBody(rows(exchange.getProperty(SENT)));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, @Nullable Object>> rows(@Nullable Object found) {
        return found == null ? List.of() : (List<Map<String, @Nullable Object>>) found;
    }

    private static DefaultMessage message(Exchange exchange, Map<String, @Nullable Object> row) {
        DefaultMessage message = new DefaultMessage(exchange.getContext());
        message.setHeader(KafkaConstants.KEY, String.valueOf(row.get("request_id")));
        message.setBody(UsageEvent.of(row).toString());
        return message;
    }
}
