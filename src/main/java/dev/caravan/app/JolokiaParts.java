package dev.caravan.app;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jolokia.core.api.LogHandler;
import org.jolokia.jvmagent.JolokiaServer;
import org.jolokia.jvmagent.JolokiaServerConfig;
import org.jolokia.server.core.config.SystemPropertyMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JMX over HTTP, for Hawtio: off where JOLOKIA_PORT is not set; on the loopback interface, behind a password and read only
 * where it is.
 */
final class JolokiaParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JolokiaParts.class);

    private static final String HOST = "127.0.0.1";
    private static final int LEAST_PASSWORD = 12;

    private final Map<String, String> options = new HashMap<>();
    private final boolean wanted;
    private @Nullable JolokiaServer server;

    /** @throws StartFailure where the port is wanted without a password, or cannot be a port */
    JolokiaParts(Settings settings) {
        wanted = !settings.text("jolokia.port").isEmpty();
        if (!wanted) {
            return;
        }
        int port = settings.whole("jolokia.port", 0);
        if (port > ServerParts.HIGHEST_PORT) {
            throw new StartFailure("JOLOKIA_PORT must be 0 to " + ServerParts.HIGHEST_PORT + ", was " + port);
        }
        String user = settings.text("jolokia.user");
        if (user.isEmpty() || user.contains(":")) {
            throw new StartFailure("JOLOKIA_USER must be a name without a colon");
        }
        String password = settings.text("jolokia.password");
        if (password.length() < LEAST_PASSWORD) {
            throw new StartFailure(
                    "JOLOKIA_PORT is set, so JOLOKIA_PASSWORD must be too: at least " + LEAST_PASSWORD + " characters");
        }
        options.put("host", HOST);
        options.put("port", Integer.toString(port));
        options.put("user", user);
        options.put("password", password);
        options.put("restrictorClass", ReadOnlyJmx.class.getName());
        options.put("discoveryEnabled", "false");
        options.put("allowDnsReverseLookup", "false");
        options.put("allowErrorDetails", "false");
    }

    boolean isWanted() {
        return wanted;
    }

    void start() {
        if (!wanted) {
            return;
        }
        try {
            server = new JolokiaServer(new JolokiaServerConfig(options, SystemPropertyMode.NEVER), new Log());
        } catch (IOException e) {
            throw new StartFailure(
                    "JOLOKIA_PORT: cannot listen on " + HOST + ":" + options.get("port") + " (" + e.getMessage() + ")",
                    e);
        }
        server.start(false);
    }

    /** Where it listens; null where it does not. */
    @Nullable
    String address() {
        return server == null
                ? null
                : "http://" + HOST + ":" + server.getAddress().getPort() + "/jolokia";
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop();
        }
    }

    /** Jolokia would write to the terminal. */
    private static final class Log implements LogHandler {

        @Override
        public void debug(String message) {
            LOG.debug(message);
        }

        @Override
        public void info(String message) {
            LOG.debug(message);
        }

        @Override
        public void error(String message, @Nullable Throwable cause) {
            LOG.warn(message, cause);
        }

        @Override
        public boolean isDebug() {
            return LOG.isDebugEnabled();
        }
    }
}
