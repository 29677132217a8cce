package dev.caravan.route;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/** All meters as Prometheus reads them. */
public final class MetricsPage {

    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;

    public MetricsPage(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    public void write(Exchange exchange) {
        Answer.send(exchange, 200, registry.scrape(TYPE).getBytes(StandardCharsets.UTF_8), TYPE);
    }
}
