package dev.caravan.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ServiceStatus;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The running routes as Camel itself knows them: what their files say, step by step, with how often each step was walked and how
 * long it took. Shows ids, kinds and numbers; never a header, a body, an expression, or an address that a setting or a key could
 * be part of.
 */
public final class RoutesPage {

    private static final int P95 = 95;

    private final StepClocks clocks;
    private final ReloadLog reloads;

    public RoutesPage(StepClocks clocks, ReloadLog reloads) {
        this.clocks = clocks;
        this.reloads = reloads;
    }

    public void list(Exchange exchange) {
        CamelContext camel = exchange.getContext();
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        page.put("camel_version", camel.getVersion());
        page.put("uptime_ms", camel.getUptime().toMillis());
        reloads.putIn(page.putObject("files"));
        ArrayNode routes = page.putArray("routes");
        for (RouteDefinition route :
                camel.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions()) {
            routes.add(route(camel, route));
        }
        exchange.getMessage().setBody(page);
    }

    private ObjectNode route(CamelContext camel, RouteDefinition definition) {
        String id = definition.getRouteId();
        ObjectNode route = JsonNodeFactory.instance.objectNode();
        route.put("id", id);
        route.put("description", definition.getDescriptionText());
        route.put("file", StepName.ofFile(definition.getResource()));
        route.put("from", StepName.ofEndpoint(definition.getInput().getEndpointUri()));
        ServiceStatus state = camel.getRouteController().getRouteStatus(id);
        route.put("state", state == null ? null : state.name());
        RouteClock clock = clocks.ofRoute(id);
        route.put("in_flight", clock == null ? 0 : clock.inside());
        count(route, clock == null ? null : clock.times());
        ArrayNode steps = route.putArray("steps");
        ArrayNode onError = route.putArray("on_error");
        for (ProcessorDefinition<?> step : definition.getOutputs()) {
            (step instanceof OnExceptionDefinition ? onError : steps).add(step(id, step));
        }
        return route;
    }

    private ObjectNode step(String route, OptionalIdentifiedDefinition<?> definition) {
        ObjectNode step = JsonNodeFactory.instance.objectNode();
        String id = definition.getId();
        step.put("id", id);
        step.put("kind", definition.getShortName());
        step.put("name", StepName.of(definition));
        count(step, id == null ? null : clocks.ofStep(route, id));
        List<OptionalIdentifiedDefinition<?>> inner = StepTree.inside(definition);
        if (!inner.isEmpty()) {
            ArrayNode steps = step.putArray("steps");
            inner.forEach(one -> steps.add(step(route, one)));
        }
        return step;
    }

    /** Puts {@code count}, {@code failed} and {@code time_ms}; null where nothing is counted, or nothing has come through. */
    private static void count(ObjectNode place, @Nullable StepTimes times) {
        long count = times == null ? 0 : times.count();
        place.put("count", times == null ? null : (Long) count);
        place.put("failed", times == null ? null : (Long) times.failed());
        if (times == null || count == 0) {
            place.putNull("time_ms");
            return;
        }
        place.putObject("time_ms")
                .put("mean", millis(times.totalNanos() / count))
                .put("p95", millis(times.percentileNanos(P95)))
                .put("max", millis(times.maxNanos()))
                .put("total", millis(times.totalNanos()));
    }

    /** Three places: whole microseconds. */
    private static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(TimeUnit.NANOSECONDS.toMicros(nanos), 3);
    }
}
