package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultUnitOfWork;
import org.apache.camel.impl.engine.MDCUnitOfWork;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That an exchange is in the routes that Camel's own unit of work would say it is in. */
class WalkUnitTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<UnitOfWork> seen = new ArrayList<>();

    @BeforeEach
    void routes() throws Exception {
        WalkFactory.attach(camel);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:outer").routeId("outer").to("direct:inner");
                from("direct:inner").routeId("inner").process(exchange -> seen.add(exchange.getUnitOfWork()));
                from("direct:plain").routeId("plain").log("never");
                from("direct:kamelet")
                        .routeId("kamelet")
                        .routeProperty(Route.KAMELET_PROPERTY, "true")
                        .log("never");
                from("direct:template")
                        .routeId("template")
                        .routeProperty(Route.TEMPLATE_PROPERTY, "true")
                        .log("never");
            }
        });
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void answers_as_camels_own_does() {
        camel.start();
        Exchange exchange = new DefaultExchange(camel);
        UnitOfWork ours = new WalkUnit(exchange, camel.getInflightRepository(), false, false);
        UnitOfWork camels = new DefaultUnitOfWork(exchange);
        same(ours, camels);
        for (int round = 0; round < 4; round++) {
            for (String id : List.of("plain", "kamelet", "template", "outer", "kamelet")) {
                ours.pushRoute(camel.getRoute(id));
                camels.pushRoute(camel.getRoute(id));
                same(ours, camels);
            }
        }
        for (int left = 20; left >= 0; left--) {
            assertThat(ours.popRoute()).isSameAs(camels.popRoute());
            same(ours, camels);
        }
        ours.pushRoute(camel.getRoute("plain"));
        ours.reset();
        assertThat(ours.routeStackLevel()).isZero();
        assertThat(ours.getRoute()).isNull();
    }

    private static void same(UnitOfWork ours, UnitOfWork camels) {
        assertThat(ours.getRoute()).isSameAs(camels.getRoute());
        assertThat(ours.routeStackLevel()).isEqualTo(camels.routeStackLevel());
        for (boolean templates : new boolean[] {false, true}) {
            for (boolean kamelets : new boolean[] {false, true}) {
                assertThat(ours.routeStackLevel(templates, kamelets))
                        .isEqualTo(camels.routeStackLevel(templates, kamelets));
            }
        }
    }

    @Test
    void an_exchange_through_two_routes_is_one_of_the_contexts() throws Exception {
        camel.start();

        camel.createProducerTemplate().requestBody("direct:outer", "");
        camel.createProducerTemplate().requestBody("direct:outer", "");

        ManagedCamelContext managed = camel.getCamelContextExtension().getContextPlugin(ManagedCamelContext.class);
        assertThat(managed.getManagedCamelContext().getExchangesTotal()).isEqualTo(2);
        assertThat(Map.of(
                        "outer", managed.getManagedRoute("outer").getExchangesTotal(),
                        "inner", managed.getManagedRoute("inner").getExchangesTotal()))
                .isEqualTo(Map.of("outer", 2L, "inner", 2L));
        assertThat(seen).hasSize(2).allMatch(unit -> unit instanceof WalkUnit);
    }

    @Test
    void the_log_is_told_where_it_wants_to_be() {
        camel.setUseMDCLogging(true);
        camel.start();

        camel.createProducerTemplate().requestBody("direct:outer", "");

        assertThat(seen).singleElement().isInstanceOf(MDCUnitOfWork.class);
    }
}
