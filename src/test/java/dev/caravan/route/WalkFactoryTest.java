package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.BeanProcessorFactory;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That routes are walked as Camel walks them. */
class WalkFactoryTest {

    /** Notes what it was asked to do. */
    public static final class Notes {

        final List<String> words = Collections.synchronizedList(new ArrayList<>());

        @NeverWaits
        public void first(Exchange exchange) {
            words.add("first");
        }

        @NeverWaits
        public void second(Exchange exchange) {
            words.add("second");
        }

        @NeverWaits
        public void fail(Exchange exchange) {
            throw new IllegalStateException("failed");
        }

        @NeverWaits
        public void stop(Exchange exchange) {
            exchange.setRouteStop(true);
        }

        @NeverWaits
        public void where(Exchange exchange) {
            words.add(exchange.getUnitOfWork().getRoute().getRouteId());
        }

        /** Ends on another thread. */
        public boolean later(Exchange exchange, AsyncCallback callback) {
            CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(() -> {
                words.add("later");
                callback.done(false);
            });
            return false;
        }
    }

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Notes notes = new Notes();
    private final StepClocks clocks = new StepClocks();

    @BeforeEach
    void attach() {
        StepFactory factory = new StepFactory();
        factory.setCamelContext(camel);
        camel.getCamelContextExtension().addContextPlugin(BeanProcessorFactory.class, factory);
        WalkFactory.attach(camel);
        clocks.attach(camel);
        camel.getRegistry().bind("notes", notes);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private Exchange walk(Consumer<RouteDefinition> steps) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                steps.accept(from("direct:walk").routeId("walk"));
                from("direct:inner").routeId("inner").bean(notes, "where").bean(notes, "first");
            }
        });
        camel.start();
        return camel.createProducerTemplate().request("direct:walk", exchange -> {});
    }

    @Test
    void walks_steps_in_their_order_also_after_one_that_ends_later() throws Exception {
        walk(route -> route.bean(notes, "first")
                .bean(notes, "later")
                .bean(notes, "second")
                .bean(notes, "later")
                .bean(notes, "first"));

        assertThat(notes.words).containsExactly("first", "later", "second", "later", "first");
    }

    @Test
    void goes_on_where_a_step_has_ended_before_it_returns() throws Exception {
        Processor hasty = new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                callback.done(false);
                return false;
            }
        };

        walk(route -> route.process(hasty).bean(notes, "first").process(hasty).bean(notes, "second"));

        assertThat(notes.words).containsExactly("first", "second");
    }

    @Test
    void walks_thousands_of_steps_without_growing_the_stack() throws Exception {
        walk(route -> {
            for (int i = 0; i < 3000; i++) {
                route.bean(notes, "first").process(exchange -> {});
            }
        });

        assertThat(notes.words).hasSize(3000);
    }

    @Test
    void ends_with_the_first_failure() throws Exception {
        Exchange walked =
                walk(route -> route.bean(notes, "first").bean(notes, "fail").bean(notes, "second"));

        assertThat(walked.getException()).hasMessage("failed");
        assertThat(notes.words).containsExactly("first");
    }

    @Test
    void ends_with_a_step_that_throws_instead_of_telling() throws Exception {
        Processor rude = new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                throw new IllegalStateException("thrown");
            }
        };

        Exchange walked = walk(route -> route.bean(notes, "first").process(rude).bean(notes, "second"));

        assertThat(walked.getException()).hasMessage("thrown");
        assertThat(notes.words).containsExactly("first");
    }

    @Test
    void ends_where_a_step_stops_the_route() throws Exception {
        Exchange walked =
                walk(route -> route.bean(notes, "first").bean(notes, "stop").bean(notes, "second"));

        assertThat(walked.isFailed()).isFalse();
        assertThat(notes.words).containsExactly("first");
    }

    @Test
    void a_failure_of_another_route_comes_back_and_is_caught() throws Exception {
        walk(route -> route.doTry()
                .to("direct:inner")
                .bean(notes, "fail")
                .doCatch(IllegalStateException.class)
                .bean(notes, "second")
                .end()
                .bean(notes, "where"));

        assertThat(notes.words).containsExactly("inner", "first", "second", "walk");
    }

    @Test
    void counts_and_times_each_route_and_step() throws Exception {
        walk(route -> route.to("direct:inner").id("there").bean(notes, "later").id("wait"));

        assertThat(clocks.ofRoute("walk").times().count()).isOne();
        assertThat(clocks.ofRoute("inner").times().count()).isOne();
        assertThat(clocks.ofRoute("walk").inside()).isZero();
        assertThat(clocks.ofStep("walk", "there").count()).isOne();
        assertThat(clocks.ofStep("walk", "wait").maxNanos()).isGreaterThan(4_000_000);
        assertThat(clocks.ofRoute("walk").times().maxNanos())
                .isGreaterThanOrEqualTo(clocks.ofStep("walk", "wait").maxNanos());
    }

    @Test
    void an_error_handler_of_the_route_goes_on_to_handle_its_errors() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:handled")
                        .onException(IllegalStateException.class)
                        .handled(true)
                        .bean(notes, "second")
                        .end()
                        .bean(notes, "first")
                        .bean(notes, "fail")
                        .bean(notes, "first");
            }
        });
        camel.start();

        Exchange walked = camel.createProducerTemplate().request("direct:handled", exchange -> {});

        assertThat(walked.getException()).isNull();
        assertThat(notes.words).containsExactly("first", "second");
    }

    @Test
    void what_waits_for_the_end_of_a_route_hears_of_it() throws Exception {
        walk(route -> route.onCompletion()
                .modeBeforeConsumer()
                .bean(notes, "second")
                .end()
                .bean(notes, "first")
                .process(exchange -> exchange.getExchangeExtension().addOnCompletion(new Synchronization() {
                    @Override
                    public void onComplete(Exchange done) {
                        notes.words.add("complete");
                    }

                    @Override
                    public void onFailure(Exchange done) {
                        notes.words.add("failure");
                    }
                })));

        assertThat(notes.words).contains("first", "second", "complete").doesNotContain("failure");
    }

    @Test
    void is_walked_by_camel_where_more_is_asked_for() throws Exception {
        camel.setMessageHistory(true);

        Exchange walked = walk(route -> route.bean(notes, "first"));

        assertThat(walked.getProperty(Exchange.MESSAGE_HISTORY, List.class)).isNotEmpty();
        assertThat(clocks.ofRoute("walk").times().count()).isOne();
    }
}
