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

    /** The body, rows of {@code select-usage-outbox.sql}, becomes a list of messages, which are sent together. */
    @SuppressWarnings("unchecked")
    public void messages(Exchange exchange) {
        List<Map<String, @Nullable Object>> rows = exchange.getMessage().getBody(List.class);
        exchange.getMessage()
                .setBody(rows.stream().map(row -> message(exchange, row)).toList());
    }

    private static DefaultMessage message(Exchange exchange, Map<String, @Nullable Object> row) {
        DefaultMessage message = new DefaultMessage(exchange.getContext());
        message.setHeader(KafkaConstants.KEY, String.valueOf(row.get("request_id")));
        message.setBody(UsageEvent.of(row).toString());
        return message;
    }
}
