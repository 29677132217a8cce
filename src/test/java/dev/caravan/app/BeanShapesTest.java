package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What operators see of a context, beside what Camel shows of the same one. */
class BeanShapesTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void shows_every_bean_as_camel_does() throws Exception {
        try (DefaultCamelContext ours = context("shapes-ours");
                DefaultCamelContext camels = context("shapes-camels")) {
            BeanShapes.attach(ours);
            ours.start();
            camels.start();

            Map<String, Set<String>> seen = beans("shapes-ours");

            // The one bean more: what is set in a context is a service of it.
            seen.remove("org.apache.camel:context=,name=BeanShapes,type=services");
            assertThat(seen).isEqualTo(beans("shapes-camels"));
            assertThat(seen.keySet())
                    .anyMatch(name -> name.contains("first-step"))
                    .anyMatch(name -> name.contains("second-step"));
        }
    }

    @Test
    void asks_each_step_for_its_own_figures_and_obeys() throws Exception {
        try (DefaultCamelContext ours = context("shapes-ours")) {
            BeanShapes.attach(ours);
            ours.start();
            ours.createProducerTemplate().sendBody("direct:a", "x");
            ours.createProducerTemplate().sendBody("direct:a", "x");

            assertThat(attributes("shapes-ours", "first-step").toArray())
                    .usingElementComparator((a, b) -> a == b ? 0 : 1)
                    .isEqualTo(attributes("shapes-ours", "second-step").toArray());
            assertThat(step("shapes-ours", "first-step", "ExchangesTotal")).isEqualTo(2L);
            assertThat(step("shapes-ours", "second-step", "ExchangesTotal")).isEqualTo(0L);
            assertThat(step("shapes-ours", "second-step", "ProcessorId")).isEqualTo("second-step");
            server.invoke(name("shapes-ours", "routes", "b"), "stop", null, null);
            assertThat(ours.getRouteController().getRouteStatus("b").isStopped())
                    .isTrue();
            assertThat(server.getAttribute(name("shapes-ours", "routes", "a"), "State"))
                    .isEqualTo("Started");
        }
    }

    private static DefaultCamelContext context(String name) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getCamelContextExtension().setName(name);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:a").routeId("a").process(e -> {}).id("first-step");
                from("direct:b")
                        .routeId("b")
                        .process(e -> {})
                        .id("second-step")
                        .to("direct:a")
                        .id("call");
            }
        });
        return context;
    }

    /** By their names without the context's. */
    private Map<String, Set<String>> beans(String context) throws Exception {
        Map<String, Set<String>> beans = new TreeMap<>();
        for (ObjectName name : server.queryNames(new ObjectName("org.apache.camel:context=" + context + ",*"), null)) {
            beans.put(
                    name.getCanonicalName().replace(context, "").replaceAll("0x[0-9a-f]+", ""),
                    shape(server.getMBeanInfo(name)));
        }
        return beans;
    }

    /** Camel has the attributes and operations in no order. */
    private static Set<String> shape(MBeanInfo info) {
        return Stream.of(
                        List.of(info.getAttributes()),
                        List.of(info.getOperations()),
                        List.of(info.getNotifications()),
                        List.of(info.getDescription()))
                .flatMap(List::stream)
                .map(Object::toString)
                .collect(Collectors.toSet());
    }

    private Object step(String context, String id, String attribute) throws Exception {
        return server.getAttribute(name(context, "processors", id), attribute);
    }

    private List<MBeanAttributeInfo> attributes(String context, String id) throws Exception {
        return List.of(server.getMBeanInfo(name(context, "processors", id)).getAttributes());
    }

    private static ObjectName name(String context, String type, String id) throws Exception {
        return new ObjectName("org.apache.camel:context=" + context + ",type=" + type + ",name=\"" + id + "\"");
    }
}
