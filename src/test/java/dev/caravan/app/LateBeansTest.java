package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** When the MBeans of a context can be seen, and that in the end they are those that Camel shows. */
class LateBeansTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void shows_nothing_until_it_is_told_to_and_then_all_that_camel_shows() throws Exception {
        try (DefaultCamelContext ours = context("late-ours");
                DefaultCamelContext camels = context("late-camels")) {
            LateBeans late = LateBeans.attach(ours);
            ours.start();
            camels.start();
            assertThat(names("late-ours")).isEmpty();

            late.show();

            assertThat(names("late-ours")).isEqualTo(names("late-camels")).isNotEmpty();
        }
        assertThat(names("late-ours")).isEmpty();
    }

    @Test
    void shows_a_route_that_came_and_none_that_went_before_and_after() throws Exception {
        try (DefaultCamelContext ours = context("late-ours")) {
            LateBeans late = LateBeans.attach(ours);
            ours.start();
            add(ours, "c");
            remove(ours, "a");
            late.show();
            assertThat(routes("late-ours")).containsExactly("b", "c");

            add(ours, "d");
            remove(ours, "b");
            assertThat(routes("late-ours")).containsExactly("c", "d");
        }
    }

    @Test
    void who_asks_camel_for_one_has_them_all() throws Exception {
        try (DefaultCamelContext ours = context("late-ours")) {
            LateBeans.attach(ours);
            ours.start();
            ManagedCamelContext managed = ours.getCamelContextExtension().getContextPlugin(ManagedCamelContext.class);

            assertThat(managed.getManagedRoute("a").getRouteId()).isEqualTo("a");

            assertThat(routes("late-ours")).containsExactly("a", "b");
        }
    }

    @Test
    void who_may_watch_from_the_first_moment_sees_them_at_once() throws Exception {
        try (DefaultCamelContext ours = context("late-ours")) {
            LateBeans late = LateBeans.attach(ours);
            ours.start();
            late.showIfWatched(false);
            assertThat(routes("late-ours")).isEmpty();
            System.setProperty("com.sun.management.jmxremote.port", "0");
            try {
                late.showIfWatched(false);
            } finally {
                System.clearProperty("com.sun.management.jmxremote.port");
            }
            assertThat(routes("late-ours")).containsExactly("a", "b");
        }
    }

    @Test
    void shows_nothing_after_the_stop() throws Exception {
        LateBeans late;
        try (DefaultCamelContext ours = context("late-ours")) {
            late = LateBeans.attach(ours);
            ours.start();
        }
        late.show();
        assertThat(names("late-ours")).isEmpty();
    }

    @Test
    void two_contexts_of_one_name_keep_apart() throws Exception {
        try (DefaultCamelContext camels = context("late-twice");
                DefaultCamelContext ours = context("late-twice")) {
            camels.start();
            Set<String> before = names("late-twice");
            LateBeans late = LateBeans.attach(ours);
            ours.start();
            late.show();

            assertThat(ours.getManagementName()).isNotEqualTo(camels.getManagementName());
            assertThat(names(ours.getManagementName())).isEqualTo(before).isNotEmpty();
        }
    }

    private static DefaultCamelContext context(String name) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getCamelContextExtension().setName(name);
        add(context, "a");
        add(context, "b");
        return context;
    }

    private static void add(DefaultCamelContext context, String id) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + id).routeId(id).process(e -> {}).id("step-of-" + id);
            }
        });
    }

    private static void remove(DefaultCamelContext context, String id) throws Exception {
        context.getRouteController().stopRoute(id);
        context.removeRoute(id);
    }

    /** Without the context's name, and without the agent's own: only a context with one of ours has it as a service. */
    private Set<String> names(String context) throws Exception {
        return server.queryNames(new ObjectName("org.apache.camel:context=" + context + ",*"), null).stream()
                .map(name -> name.getKeyProperty("type") + " "
                        + name.getKeyProperty("name").replace(context, "").replaceAll("0x[0-9a-f]+", ""))
                .filter(name -> !name.contains("LateBeans") && !name.contains("DefaultManagementAgent"))
                // Named after the context itself, whose name is not that in JMX where there are two of one name.
                .map(name -> name.startsWith("context ") ? "context" : name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> routes(String context) throws Exception {
        return server
                .queryNames(new ObjectName("org.apache.camel:context=" + context + ",type=routes,*"), null)
                .stream()
                .map(name -> ObjectName.unquote(name.getKeyProperty("name")))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
