package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.access.Admission;
import dev.caravan.route.edge.CallerServer;
import dev.caravan.route.edge.EdgeLimits;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.BeanProcessorFactory;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BreakerStepTest {

    /** A call that ends when the test says so. */
    public static final class Provider {

        private record Call(Exchange exchange, AsyncCallback callback) {}

        private final Queue<Call> open = new ConcurrentLinkedQueue<>();

        public boolean call(Exchange exchange, AsyncCallback callback) {
            open.add(new Call(exchange, callback));
            return false;
        }

        void succeed() {
            Objects.requireNonNull(open.poll()).callback().done(false);
        }

        void fail() {
            Call call = Objects.requireNonNull(open.poll());
            call.exchange().setException(new IllegalStateException("the provider is down"));
            call.callback().done(false);
        }
    }

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Provider provider = new Provider();
    private CallerServer server;

    @BeforeEach
    void start() throws Exception {
        server = new CallerServer(camel, EdgeLimits.DEFAULTS, Set.of(), new Admission(1), 8);
        StepFactory factory = new StepFactory();
        factory.setCamelContext(camel);
        camel.getCamelContextExtension().addContextPlugin(BeanProcessorFactory.class, factory);
        camel.getCamelContextExtension().addInterceptStrategy(new LoopSteps(new UpstreamClient(server)));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:guarded")
                        .routeId("guarded")
                        .circuitBreaker()
                        .id("the-breaker")
                        .resilience4jConfiguration()
                        .slidingWindowSize(4)
                        .minimumNumberOfCalls(4)
                        .failureRateThreshold(50)
                        .waitDurationInOpenState(1)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .throwExceptionWhenHalfOpenOrOpenState(true)
                        .end()
                        .bean(provider, "call")
                        .end();
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        camel.stop();
        server.close();
    }

    /** What is begun has reached the provider, or has ended. */
    private CompletableFuture<Exchange> send() {
        return AsyncProcessorConverterHelper.convert(camel.getRoute("guarded").getProcessor())
                .processAsync(camel.getEndpoint("direct:guarded").createExchange());
    }

    private Exchange failed() throws Exception {
        CompletableFuture<Exchange> sent = send();
        provider.fail();
        return sent.get(5, TimeUnit.SECONDS);
    }

    private String state() {
        ResilienceProcessor breaker = (ResilienceProcessor)
                camel.getRoute("guarded").filter("the-breaker").get(0);
        return breaker.getCircuitBreakerState();
    }

    @Test
    void holds_no_thread_while_its_steps_wait() throws Exception {
        int threads = Thread.activeCount();
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            sent.add(send());
        }
        assertThat(provider.open).hasSize(500);
        assertThat(sent).noneMatch(CompletableFuture::isDone);
        assertThat(Thread.activeCount()).isLessThan(threads + 20);
        while (!provider.open.isEmpty()) {
            provider.succeed();
        }
        for (CompletableFuture<Exchange> each : sent) {
            assertThat(each.get(5, TimeUnit.SECONDS).getException()).isNull();
        }
        assertThat(state()).isEqualTo("CLOSED");
    }

    @Test
    void opens_on_faults_answers_at_once_and_lets_one_call_try_again() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(Objects.requireNonNull(failed().getException())).hasMessage("the provider is down");
        }
        assertThat(state()).isEqualTo("OPEN");

        Exchange refused = send().get(5, TimeUnit.SECONDS);
        assertThat(refused.getException()).isInstanceOf(CallNotPermittedException.class);
        assertThat(provider.open).isEmpty();
        assertThat(refused.getProperty(Exchange.CIRCUIT_BREAKER_STATE)).isEqualTo("OPEN");

        await().atMost(Duration.ofSeconds(5)).until(() -> !send().isDone());
        assertThat(state()).isEqualTo("HALF_OPEN");
        // The one that tries is still under way.
        assertThat(send().get(5, TimeUnit.SECONDS).getException()).isInstanceOf(CallNotPermittedException.class);
        provider.succeed();
        await().until(() -> state().equals("CLOSED"));
    }

    @Test
    void tells_the_state_that_the_failure_itself_brought_about() throws Exception {
        Exchange last = null;
        for (int i = 0; i < 4; i++) {
            last = failed();
        }
        assertThat(Objects.requireNonNull(last).getProperty(Exchange.CIRCUIT_BREAKER_STATE))
                .isEqualTo("OPEN");
    }
}
