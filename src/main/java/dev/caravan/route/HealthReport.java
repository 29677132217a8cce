package dev.caravan.route;

import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

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
        boolean detailed = CallerIdentity.of(exchange).isAdmin();
        String report = detailed ? health.getPayload().toString() : status(health);
        Answer.send(exchange, health.isDown() ? 503 : 200, report.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    private static String status(SmallRyeHealth health) {
        return "{\"status\":\"" + (health.isDown() ? "DOWN" : "UP") + "\",\"checks\":[]}";
    }
}
