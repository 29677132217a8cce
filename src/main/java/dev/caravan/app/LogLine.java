package dev.caravan.app;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import dev.caravan.usage.UtcText;
import java.time.Instant;
import java.util.List;

/**
 * {@code 2026-11-23T09:16:38.123Z WARN  Place what is told}, and below it the first frames of an exception. The message is on one
 * line: a line break that came from outside can never forge a second one. By hand, because each request writes one, and because
 * Logback's own layout makes sixty lambdas at the start for the words of patterns.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {

    /** Of the longest level that Logback has. */
    private static final int LEVEL_WIDTH = 5;

    private static final String FRAMES = "12";

    private final ThrowableProxyConverter exception = new ThrowableProxyConverter();

    @Override
    public void start() {
        exception.setContext(getContext());
        exception.setOptionList(List.of(FRAMES));
        exception.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        // A library that logs the message of an exception may have none.
        String message = String.valueOf(event.getFormattedMessage());
        String level = event.getLevel().toString();
        String logger = event.getLoggerName();
        StringBuilder line = new StringBuilder(message.length() + 64);
        line.append(UtcText.millis(Instant.ofEpochMilli(event.getTimeStamp()))).append(' ');
        line.append(level).append(" ".repeat(LEVEL_WIDTH - level.length())).append(' ');
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(' ');
        int start = line.length();
        line.append(message);
        for (int i = start; i < line.length(); i++) {
            if (isControl(line.charAt(i))) {
                line.setCharAt(i, ' ');
            }
        }
        return line.append(System.lineSeparator())
                .append(exception.convert(event))
                .toString();
    }

    /** Line and paragraph separators too: some viewers break lines there. */
    private static boolean isControl(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
