package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OneLineConverterTest {

    /** Through the program's own configuration. */
    private static String logged(String message) throws Exception {
        LoggerContext context = new LoggerContext();
        LogSetup setup = new LogSetup();
        setup.setContext(context);
        setup.configure(context);
        ConsoleAppender<ILoggingEvent> console =
                (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("console");
        Encoder<ILoggingEvent> encoder = console.getEncoder();
        LoggingEvent event = new LoggingEvent("", context.getLogger("a.b.Place"), Level.WARN, message, null, null);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void leaves_a_plain_message_as_it_is() throws Exception {
        assertThat(logged("käse \uD83D\uDE00 {} 100 %"))
                .endsWith("WARN  Place käse \uD83D\uDE00 {} 100 %" + System.lineSeparator());
    }

    @Test
    void keeps_every_message_on_one_line() throws Exception {
        String line = logged("a\nb\r\nc\td\u001b[31me\u0085f\u2028g\u2029h\u0000i");

        assertThat(line).endsWith("a b  c d [31me f g h i" + System.lineSeparator());
    }
}
