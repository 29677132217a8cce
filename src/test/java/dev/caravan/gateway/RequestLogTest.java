package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The one line that each request leaves in the log. */
class RequestLogTest {

    private final Logger requests = (Logger) LoggerFactory.getLogger("dev.caravan.requests");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        requests.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        requests.detachAppender(log);
    }

    @Test
    void has_id_outcome_model_tokens_cost_and_time() throws Exception {
        try (StubProvider stub = StubProvider.start();
                RunningGateway gateway = RunningGateway.with()
                        .providersAt(stub.address())
                        .variable("OPENAI_API_KEY", "k")
                        .start()) {
            stub.alwaysWithKey("k", Reply.ok());
            assertThat(gateway.chat("gpt-4o", "hi {}").statusCode()).isEqualTo(200);
            stub.alwaysWithKey("k", Reply.error(400, "no {} such $1 \\ thing"));
            assertThat(gateway.chat("gpt-4o", "hi {}").statusCode()).isEqualTo(400);

            Awaitility.await().untilAsserted(() -> assertThat(log.list).hasSize(2));
            assertThat(log.list.get(0).getFormattedMessage())
                    .matches("req_\\w+ ok model=gpt-4o provider=openai prompt_tokens=\\d+ completion_tokens=\\d+"
                            + " cost_usd=0\\.\\d+ latency_ms=\\d+ attempts=1");
            assertThat(log.list.get(1).getFormattedMessage())
                    .matches("req_\\w+ rejected model=gpt-4o provider=openai prompt_tokens=0 completion_tokens=0"
                            + " cost_usd=0 latency_ms=\\d+ attempts=1 code=rejected_by_provider");
        }
    }
}
