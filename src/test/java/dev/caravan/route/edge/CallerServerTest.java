package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.access.Admission;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class CallerServerTest {

    @Test
    void a_taken_port_and_a_bad_host_are_one_line() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext();
                CallerServer server = new CallerServer(camel, EdgeLimits.DEFAULTS, Set.of(), new Admission(1), 8);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> server.listen("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Address already in use");
            assertThatThrownBy(() -> server.listen("no.such.host.invalid", 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no.such.host.invalid");
            assertThatThrownBy(() -> server.listen("192.0.2.1", 0))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Cannot assign requested address");
            assertThat(server.port()).isZero();
            assertThat(server.listen("localhost", 0)).isPositive().isEqualTo(server.port());
        }
    }

    @Test
    void two_thousand_callers_wait_while_another_path_answers_quickly() throws Exception {
        List<RawCaller> callers = new ArrayList<>();
        try (EdgeFixture edge = new EdgeFixture(EdgeLimits.DEFAULTS)) {
            for (int i = 0; i < 2000; i++) {
                callers.add(edge.raw().send(EdgeFixture.post("/slow", "{\"n\":" + i + "}")));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> edge.walks.get() == 2000);
            assertThat(edge.admission.inFlight()).isEqualTo(2000);
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                long began = System.nanoTime();
                assertThat(edge.get("/health").statusCode()).isEqualTo(200);
                millis.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
            }
            millis.sort(null);
            assertThat(millis.get(90)).as("p90 of " + millis).isLessThan(50);
            edge.gate.countDown();
            for (RawCaller caller : callers) {
                assertThat(caller.answer().body()).isEqualTo("done");
                caller.close();
            }
            await().until(() -> edge.admission.inFlight() == 0 && edge.server.connections() <= 1);
        }
    }
}
