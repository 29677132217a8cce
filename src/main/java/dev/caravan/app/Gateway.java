package dev.caravan.app;

import dev.caravan.route.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.jspecify.annotations.Nullable;

/** The whole gateway: starts in order, so that nobody is served before everything is checked, and stops in reverse. */
public final class Gateway {

    private final Environment environment;
    private final Path propertiesFile;
    private final Properties overrides;
    private final Main main = new Main();
    private @Nullable Wiring wiring;

    /**
     * @param propertiesFile application.properties; its folder is where {@code routes} and {@code data} are, which has to be
     *     the working directory
     * @param overrides win over the file, and over the process's variables, which Camel would take for settings of a like name
     *     (GATEWAY_PORT for gateway.port); empty for a gateway that serves
     */
    public Gateway(Environment environment, Path propertiesFile, Properties overrides) {
        this.environment = environment;
        this.propertiesFile = propertiesFile;
        this.overrides = overrides;
    }

    /**
     * Starts, and returns when requests are served.
     *
     * @throws Exception where that cannot be; {@link StartFailure#oneLine} says why in one line
     */
    public void start() throws Exception {
        if (!Files.isReadable(propertiesFile) || !Files.isDirectory(Path.of("routes"))) {
            throw new StartFailure(propertiesFile + " and the folder routes/ must be in the working directory");
        }
        Wiring parts = new Wiring(environment);
        wiring = parts;
        try {
            // Without Camel's own shutdown hook: signals are Caravan's, and the hook would keep every gateway in
            // memory.
            main.setShutdownStrategy(new SimpleMainShutdownStrategy());
            main.setPropertyPlaceholderLocations("file:" + propertiesFile);
            main.setOverrideProperties(overrides);
            if (!overrides.isEmpty()) {
                main.addMainListener(new OverridesWin());
            }
            main.addMainListener(parts);
            main.start();
            parts.open();
        } catch (Exception | LinkageError e) {
            parts.close();
            main.stop();
            throw e;
        }
    }

    /** The port that is listened on; useful where the setting was 0. */
    public int port() {
        return parts().port();
    }

    String screen() {
        return parts().screen();
    }

    /** Stops in peace: takes nothing new, lets what is in flight end within its bound, writes the ledger, closes. */
    public void stop() {
        parts().drain();
        main.stop();
        parts().close();
    }

    private Wiring parts() {
        Wiring parts = wiring;
        if (parts == null) {
            throw new IllegalStateException("the gateway is not started");
        }
        return parts;
    }

    private static final class OverridesWin extends MainListenerSupport {

        @Override
        public void beforeInitialize(BaseMainSupport main) {
            ((PropertiesComponent) main.getCamelContext().getPropertiesComponent())
                    .setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
        }
    }
}
