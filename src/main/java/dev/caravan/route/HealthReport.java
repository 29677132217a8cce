package dev.caravan.route;

import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The health page in MicroProfile Health's shape, from the checks that camel-microprofile-health mirrors into SmallRye's
 * registries. 200 while anything can be served and recorded, else 503. Strangers see the status alone.
 */
public final class HealthReport {

    private final SmallRyeHealthReporter reporter = new SmallRyeHealthReporter();

    public void all(Exchange exchange) {
        answer(exchange, reporter.getHealth());
    }

    public void live(Exchange exchange) {
        answer(exchange, reporter.getLiveness());
    }

    public void ready(Exchange exchange) {
        answer(exchange, reporter.getReadiness());
    }

    private static void answer(Exchange exchange, SmallRyeHealth health) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, health.isDown() ? 503 : 200);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        boolean detailed = CallerIdentity.of(exchange).isAdmin();
        message.setBody(detailed ? health.getPayload().toString() : status(health));
    }

    private static String status(SmallRyeHealth health) {
        return "{\"status\":\"" + (health.isDown() ? "DOWN" : "UP") + "\",\"checks\":[]}";
    }
}
