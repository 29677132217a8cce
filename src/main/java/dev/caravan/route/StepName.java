package dev.caravan.route;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.spi.Resource;
import org.jspecify.annotations.Nullable;

/** What a step is called for a reader of the routes: a bean and its method, another route, or the kind of what it calls. */
final class StepName {

    /** Inside the program an address is a name; its options are not shown. */
    private static final Pattern INSIDE =
            Pattern.compile("(direct|seda|timer|platform-http):(//)?([A-Za-z0-9_/{}.-]*)");

    private static final Pattern OUTSIDE = Pattern.compile("([a-z][a-z0-9-]*):.*");

    private StepName() {}

    /** Null where the id and the kind say it all. */
    static @Nullable String of(OptionalIdentifiedDefinition<?> step) {
        if (step instanceof BeanDefinition bean) {
            return bean.getRef() + "." + bean.getMethod();
        }
        if (step instanceof ToDefinition to) {
            return ofEndpoint(to.getEndpointUri());
        }
        return step instanceof WireTapDefinition<?> tap ? ofEndpoint(tap.getUri()) : null;
    }

    /** Where it leads within the program; of what is outside only the scheme. Null where a setting says it. */
    static @Nullable String ofEndpoint(@Nullable String uri) {
        if (uri == null) {
            return null;
        }
        Matcher inside = INSIDE.matcher(uri);
        if (inside.lookingAt()) {
            return inside.group(1) + ":" + inside.group(3);
        }
        Matcher outside = OUTSIDE.matcher(uri);
        return outside.matches() ? outside.group(1) : null;
    }

    /** The name of the file, without its folder; null for a route that was made by no file. */
    static @Nullable String ofFile(@Nullable Resource resource) {
        if (resource == null) {
            return null;
        }
        String location = resource.getLocation();
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
