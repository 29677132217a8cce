package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSetupTest {

    private static final String OWN_FILE = "logback.configurationFile";

    @Test
    void logback_finds_it_and_nothing_is_told_below_its_level() throws Exception {
        LoggerContext context = new LoggerContext();
        new ContextInitializer(context).autoConfig();

        assertThat(context.getLogger("ROOT").getAppender("console")).isNotNull();
        assertThat(context.getLogger("org.example").getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(context.getLogger("dev.caravan.route.Bill").getEffectiveLevel())
                .isEqualTo(Level.INFO);
        assertThat(context.getLogger("org.apache.camel.spring.spi.TransactionErrorHandler")
                        .isWarnEnabled())
                .isFalse();
    }

    @Test
    void a_file_of_the_operators_own_wins(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("own.log");
        Path file = Files.writeString(folder.resolve("own.xml"), """
                <configuration>
                  <appender name="file" class="ch.qos.logback.core.FileAppender">
                    <file>%s</file><encoder><pattern>%%level %%msg</pattern></encoder>
                  </appender>
                  <root level="ERROR"><appender-ref ref="file"/></root>
                </configuration>
                """.formatted(log));
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        LogSetup setup = new LogSetup();
        System.setProperty(OWN_FILE, file.toString());
        try {
            assertThat(setup.configure(context)).isEqualTo(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);
            new ContextInitializer(context).autoConfig();
        } finally {
            System.clearProperty(OWN_FILE);
        }
        assertThat(context.getLogger("ROOT").getAppender("console")).isNull();
        assertThat(context.getLogger("ROOT").getAppender("file")).isInstanceOf(FileAppender.class);
        context.getLogger("a.B").error("told");
        context.stop();
        assertThat(log).hasContent("ERROR told");
    }
}
