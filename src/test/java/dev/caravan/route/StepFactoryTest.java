package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.bean.BeanProcessor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.BeanProcessorFactory;
import org.apache.camel.spi.Registry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepFactoryTest {

    /** What an engineer may write. */
    public static final class Beans {

        public void walk(Exchange exchange) {
            exchange.getMessage().setBody(exchange.getMessage().getBody(String.class) + " walked");
        }

        public void fail(Exchange exchange) throws IOException {
            throw new IOException("the disk is away");
        }

        public void twice(Exchange exchange) {
            exchange.getMessage().setBody("the exchange");
        }

        public void twice(String body) {
            throw new IllegalStateException(body);
        }

        public boolean later(Exchange exchange, AsyncCallback callback) {
            exchange.getMessage().setBody("begun");
            Thread thread = new Thread(() -> {
                exchange.getMessage().setBody("ended");
                callback.done(false);
            });
            thread.start();
            return false;
        }

        @NeverWaits
        public void quick(Exchange exchange) {
            exchange.getMessage().setBody("quick");
        }

        public String gives(Exchange exchange) {
            return "given";
        }

        public String body(String body) {
            return body + " read";
        }
    }

    /** Not public: only Camel can call it. */
    static final class Hidden {
        public void walk(Exchange exchange) {
            exchange.getMessage().setBody("hidden");
        }
    }

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final StepFactory factory = new StepFactory();

    @BeforeEach
    void start() {
        factory.setCamelContext(camel);
        camel.getCamelContextExtension().addContextPlugin(BeanProcessorFactory.class, factory);
        Registry registry = camel.getRegistry();
        registry.bind("beans", new Beans());
        registry.bind("hidden", new Hidden());
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private Exchange run(String bean, String method) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:" + bean + method).bean(camel.getRegistry().lookupByName(bean), method);
            }
        });
        return camel.createFluentProducerTemplate()
                .to("direct:" + bean + method)
                .withBody("it")
                .send();
    }

    private Processor made(String bean, String method) throws Exception {
        return factory.createBeanProcessor(camel, null, null, null, bean, method, org.apache.camel.BeanScope.Singleton);
    }

    @Test
    void calls_a_method_that_takes_the_exchange_without_reflection() throws Exception {
        Processor step = made("beans", "walk");
        assertThat(step).isNotInstanceOf(BeanProcessor.class);

        Exchange exchange = camel.getEndpoint("direct:any").createExchange();
        exchange.getMessage().setBody("it");
        step.process(exchange);
        assertThat(exchange.getMessage().getBody()).isEqualTo("it walked");
    }

    @Test
    void hands_on_what_the_method_throws_as_it_was_thrown() throws Exception {
        Exchange exchange = run("beans", "fail");

        assertThat(Objects.requireNonNull(exchange.getException()))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("the disk is away");
    }

    @Test
    void goes_on_when_a_step_that_takes_a_callback_says_so() throws Exception {
        assertThat(run("beans", "later").getMessage().getBody()).isEqualTo("ended");
    }

    @Test
    void only_steps_that_never_wait_may_be_walked_on_an_event_loop() throws Exception {
        assertThat(made("beans", "quick")).isInstanceOf(StepFactory.OnLoop.class);
        assertThat(made("beans", "later")).isInstanceOf(StepFactory.OnLoop.class);
        assertThat(made("beans", "walk")).isNotInstanceOf(StepFactory.OnLoop.class);
    }

    @Test
    void leaves_every_other_bean_to_camel() throws Exception {
        assertThat(made("beans", "gives")).isInstanceOf(BeanProcessor.class);
        assertThat(made("beans", "body")).isInstanceOf(BeanProcessor.class);
        assertThat(made("beans", "twice")).isInstanceOf(BeanProcessor.class);
        assertThat(made("beans", "walk(${exchange})")).isInstanceOf(BeanProcessor.class);
        assertThat(made("hidden", "walk")).isInstanceOf(BeanProcessor.class);
        assertThat(factory.createBeanProcessor(
                        camel, null, null, null, "beans", "walk", org.apache.camel.BeanScope.Prototype))
                .isInstanceOf(BeanProcessor.class);

        Exchange given = camel.getEndpoint("direct:any").createExchange();
        made("beans", "gives").process(given);
        assertThat(given.getMessage().getBody()).isEqualTo("given");
    }
}
