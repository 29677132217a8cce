package dev.caravan.route;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ResourceReload;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a route file is saved: its routes take the places of their former selves. Where they cannot, the file as it
 * was before is loaded again; Camel by itself notices much of what is wrong only after it has removed the old routes.
 */
public final class RouteReload implements ResourceReload {

    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);

    private static final Pattern PLACE = Pattern.compile("\\bline:? (\\d+)");

    private record Saved(FileTime at, byte[] content) {}

    private final CamelContext context;
    private final RouteHandover handover;
    private final ReloadLog log;
    private final Map<String, Saved> inForce = new ConcurrentHashMap<>();
    private final Map<String, FileTime> refused = new ConcurrentHashMap<>();

    /** Comes between Camel's watch of the folder and what it does; nothing where nobody watches. */
    public static void attach(CamelContext context, RouteHandover handover, ReloadLog log) throws IOException {
        RouteWatcherReloadStrategy watch = context.hasService(RouteWatcherReloadStrategy.class);
        if (watch != null) {
            watch.setResourceReload(new RouteReload(context, handover, log, Path.of(watch.getFolder())));
        }
    }

    /** @param folder whose files are in force now */
    RouteReload(CamelContext context, RouteHandover handover, ReloadLog log, Path folder) throws IOException {
        this.context = context;
        this.handover = handover;
        this.log = log;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                inForce.put(nameOf(file.toString()), saved(file));
            }
        }
    }

    @Override
    public void onReload(String name, Resource resource) throws Exception {
        String file = nameOf(name);
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            return;
        }
        Saved now = saved(path);
        // An editor that empties the file first will be back; and one saving is often told twice.
        if (now.content().length == 0
                || now.at().equals(refused.get(file))
                || (inForce.containsKey(file)
                        && now.at().equals(inForce.get(file).at()))) {
            return;
        }
        handover.begin();
        try {
            Set<String> routes = load(new Kept(resource, now.content()));
            LOG.info("{} is in force: {}", file, routes);
            inForce.put(file, now);
            refused.remove(file);
            log.taken(file);
        } catch (Exception e) {
            refused.put(file, now.at());
            log.refused(file, problem(e));
            LOG.error("{} is refused, and what was in force before stays: {}", file, words(e));
            if (handover.hasTouched()) {
                restore(resource, inForce.get(file));
            }
        } finally {
            handover.done();
        }
    }

    private void restore(Resource resource, @Nullable Saved before) throws Exception {
        if (before != null) {
            load(new Kept(resource, before.content()));
        }
    }

    /** Camel's own reloading would load a file that it refused again with each other one, and refuse that too. */
    private Set<String> load(Resource file) throws Exception {
        return PluginHelper.getRoutesLoader(context).updateRoutes(List.of(file));
    }

    /** What kind of mistake it is and where, without words of the file. */
    private static String problem(Throwable mistake) {
        String line = "";
        Throwable root = mistake;
        for (Throwable cause = mistake; cause != null; cause = cause.getCause()) {
            root = cause;
            Matcher place = PLACE.matcher(String.valueOf(cause.getMessage()));
            if (line.isEmpty() && place.find()) {
                line = ", line " + place.group(1);
            }
        }
        return root.getClass().getSimpleName().replaceAll("(Exception|Error)$", "") + line;
    }

    private static String words(Throwable mistake) {
        StringBuilder words = new StringBuilder();
        for (Throwable cause = mistake; cause != null; cause = cause.getCause()) {
            words.append(words.isEmpty() ? "" : ": ")
                    .append(String.valueOf(cause.getMessage()).replaceAll("\\s+", " "));
        }
        return words.toString();
    }

    private static Saved saved(Path file) throws IOException {
        FileTime at = Files.getLastModifiedTime(file);
        return new Saved(at, Files.readAllBytes(file));
    }

    private static String nameOf(String path) {
        return Objects.requireNonNull(Path.of(path).getFileName()).toString();
    }

    /** The file with that content, whatever the disk has meanwhile. */
    private record Kept(Resource file, byte[] content) implements Resource {

        @Override
        public String getScheme() {
            return file.getScheme();
        }

        @Override
        public String getLocation() {
            return file.getLocation();
        }

        @Override
        public URI getURI() {
            return file.getURI();
        }

        @Override
        public boolean exists() {
            return true;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(content);
        }
    }
}
