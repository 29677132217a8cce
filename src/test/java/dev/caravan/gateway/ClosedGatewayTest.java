package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What a gateway leaves behind in its JVM. */
class ClosedGatewayTest {

    /** Gateways that the JVM keeps in memory. */
    private static long kept() throws Exception {
        System.gc();
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length >= 4 && columns[3].equals("dev.caravan.app.Wiring"))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().equals("deadlines") || thread.getName().startsWith("journal"))
                .count();
    }

    @Test
    void leaves_neither_itself_nor_its_threads() throws Exception {
        long before = kept();
        long threadsBefore = threads();
        for (int i = 0; i < 4; i++) {
            try (RunningGateway gateway = RunningGateway.with().start()) {
                assertThat(gateway.chat("demo", "Hi").statusCode()).isEqualTo(200);
                assertThat(threads()).isGreaterThan(threadsBefore);
            }
        }
        // Camel's language of simple expressions remembers the last context.
        assertThat(kept()).isLessThanOrEqualTo(before + 1);
        assertThat(threads()).isEqualTo(threadsBefore);
    }
}
