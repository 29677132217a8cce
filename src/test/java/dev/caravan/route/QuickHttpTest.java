package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When camel-http makes what it needs for calls of its own. */
class QuickHttpTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicInteger clients = new AtomicInteger();

    @BeforeEach
    void attach() {
        camel.addComponent("http", new QuickHttp());
        camel.getRegistry().bind("counted", (HttpClientConfigurer) builder -> clients.incrementAndGet());
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @ParameterizedTest
    @CsvSource({"'',0", "&lazyStartProducer=false,1"})
    void a_client_is_made_by_the_first_call_that_needs_it(String option, int atStart) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:call").to("http://127.0.0.1:1/closed?httpClientConfigurer=#counted" + option);
            }
        });
        camel.start();
        assertThat(clients).hasValue(atStart);

        for (int i = 0; i < 2; i++) {
            Exchange called = camel.createProducerTemplate().request("direct:call", exchange -> {});
            assertThat(called.getException()).isInstanceOf(ConnectException.class);
            assertThat(clients).hasValue(1);
        }
    }
}
