package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.access.Admission;
import dev.caravan.route.edge.CallerServer;
import dev.caravan.route.edge.EdgeLimits;
import io.vertx.core.Context;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.BeanProcessorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On which thread each kind of step is walked. */
class LoopStepsTest {

    /** Notes where it is walked. */
    public static final class Beans {

        final List<Boolean> onLoop = Collections.synchronizedList(new ArrayList<>());

        @NeverWaits
        public void quick(Exchange exchange) {
            note();
        }

        public void slow(Exchange exchange) {
            note();
        }

        public boolean begin(Exchange exchange, AsyncCallback callback) {
            note();
            callback.done(true);
            return true;
        }

        public String given() {
            note();
            return "given";
        }

        public boolean isTrue() {
            note();
            return true;
        }

        private void note() {
            onLoop.add(Context.isOnEventLoopThread());
        }
    }

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Beans beans = new Beans();
    private CallerServer server;

    @BeforeEach
    void start() {
        server = new CallerServer(camel, EdgeLimits.DEFAULTS, Set.of(), new Admission(100), 8);
        StepFactory factory = new StepFactory();
        factory.setCamelContext(camel);
        camel.getCamelContextExtension().addContextPlugin(BeanProcessorFactory.class, factory);
        camel.getCamelContextExtension().addInterceptStrategy(new LoopSteps(new UpstreamClient(server)));
        camel.getRegistry().bind("beans", beans);
    }

    @AfterEach
    void stop() throws Exception {
        camel.stop();
        server.close();
    }

    /** Walks the route once, from a caller's request. */
    private List<Boolean> walk(Consumer<RouteDefinition> steps) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                steps.accept(from("platform-http:/walk"));
                from("direct:elsewhere").bean(beans, "quick");
            }
        });
        camel.start();
        int port = server.listen("127.0.0.1", 0);
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/walk"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return beans.onLoop;
    }

    @Test
    void steps_that_never_wait_stay_on_the_event_loop() throws Exception {
        assertThat(walk(route -> route.bean(beans, "quick")
                        .setProperty("kind")
                        .constant("chat")
                        .removeHeaders("*")
                        .bean(beans, "begin")
                        .choice()
                        .when()
                        .simple("${exchangeProperty.kind} == 'chat'")
                        .to("direct:elsewhere")
                        .end()
                        .bean(beans, "quick")))
                .containsExactly(true, true, true, true);
    }

    @Test
    void what_is_not_known_to_be_quick_goes_to_a_worker_and_all_after_it() throws Exception {
        assertThat(walk(route -> route.bean(beans, "quick").bean(beans, "slow").bean(beans, "quick")))
                .containsExactly(true, false, false);
    }

    @Test
    void a_bean_that_camel_calls_and_a_processor_may_wait() throws Exception {
        assertThat(walk(route -> route.bean(beans, "given"))).containsExactly(false);
    }

    @Test
    void a_processor_of_an_engineer_may_wait() throws Exception {
        Processor slow = exchange -> beans.note();
        assertThat(walk(route -> route.process(slow))).containsExactly(false);
    }

    @Test
    void an_expression_that_calls_a_bean_may_wait() throws Exception {
        assertThat(walk(route -> route.choice()
                        .when()
                        .method("beans", "isTrue")
                        .bean(beans, "quick")
                        .end()
                        .end()))
                .containsExactly(false, false);
    }

    @Test
    void a_breaker_that_needs_a_thread_has_one() throws Exception {
        assertThat(walk(route -> route.circuitBreaker()
                        .resilience4jConfiguration()
                        .timeoutEnabled(true)
                        .timeoutDuration(2000)
                        .throwExceptionWhenHalfOpenOrOpenState(true)
                        .end()
                        .bean(beans, "quick")
                        .end()))
                .containsExactly(false);
    }

    @Test
    void a_breaker_with_a_fallback_is_camels() throws Exception {
        assertThat(walk(route -> route.circuitBreaker()
                        .throwException(new IllegalStateException("down"))
                        .onFallback()
                        .bean(beans, "quick")
                        .end()))
                .containsExactly(false);
    }
}
