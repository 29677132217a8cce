package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLineTest {

    /** Through the program's own configuration. */
    private static String logged(Level level, @Nullable String message, @Nullable Throwable exception)
            throws Exception {
        LoggerContext context = new LoggerContext();
        LogSetup setup = new LogSetup();
        setup.setContext(context);
        setup.configure(context);
        ConsoleAppender<ILoggingEvent> console =
                (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("console");
        Encoder<ILoggingEvent> encoder = console.getEncoder();
        LoggingEvent event = new LoggingEvent("", context.getLogger("a.b.Place"), level, message, exception, null);
        event.setInstant(Instant.parse("2026-11-23T09:16:38.123456Z"));
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void leaves_a_plain_message_as_it_is() throws Exception {
        assertThat(logged(Level.WARN, "käse \uD83D\uDE00 {} 100 %", null))
                .isEqualTo("2026-11-23T09:16:38.123Z WARN  Place käse \uD83D\uDE00 {} 100 %" + System.lineSeparator());
    }

    @Test
    void tells_of_a_message_that_is_none() throws Exception {
        assertThat(logged(Level.WARN, null, null)).endsWith("WARN  Place null" + System.lineSeparator());
    }

    @Test
    void keeps_every_message_on_one_line() throws Exception {
        String line = logged(Level.ERROR, "a\nb\r\nc\td\u001b[31me\u0085f\u2028g\u2029h\u0000i", null);

        assertThat(line).endsWith("Z ERROR Place a b  c d [31me f g h i" + System.lineSeparator());
    }

    @Test
    void tells_the_first_frames_of_an_exception_below_its_line() throws Exception {
        String told = logged(Level.WARN, "failed", new IllegalStateException("why", deep(30)));

        String[] lines = told.split(System.lineSeparator());
        assertThat(lines[0]).endsWith("WARN  Place failed");
        assertThat(lines[1]).isEqualTo("java.lang.IllegalStateException: why");
        assertThat(told).contains("Caused by: java.io.IOException: deep");
        assertThat(lines).filteredOn(line -> line.startsWith("\tat ")).hasSizeBetween(13, 24);
        assertThat(told).endsWith(System.lineSeparator());
    }

    private static IOException deep(int calls) {
        return calls == 0 ? new IOException("deep") : deep(calls - 1);
    }
}
