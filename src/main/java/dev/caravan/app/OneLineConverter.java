package dev.caravan.app;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * A log message on one line: a line break that came from outside can never forge a second one. The word {@code %line} of
 * {@link LogSetup}; quicker than a pattern that is searched for in each message.
 */
public final class OneLineConverter extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        for (int i = 0; i < message.length(); i++) {
            if (isControl(message.charAt(i))) {
                return clean(message);
            }
        }
        return message;
    }

    private static String clean(String message) {
        StringBuilder clean = new StringBuilder(message);
        for (int i = 0; i < clean.length(); i++) {
            if (isControl(clean.charAt(i))) {
                clean.setCharAt(i, ' ');
            }
        }
        return clean.toString();
    }

    /** Line and paragraph separators too: some viewers break lines there. */
    private static boolean isControl(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
