package dev.caravan.usage;

import java.util.regex.Pattern;

/**
 * The times or dates that begin with a day or a month, as text: from {@code from}, before {@code to}. What is no time at all
 * is a period of its own, so that nothing in the ledger is left out of an audit.
 *
 * @param name the day, the month, or the text that is neither
 */
record Period(String name, String from, String to) {

    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}.*", Pattern.DOTALL);
    private static final Pattern MONTH = Pattern.compile("[0-9]{4}-[0-9]{2}.*", Pattern.DOTALL);

    static Period day(String time) {
        return DAY.matcher(time).matches() ? beginningWith(time.substring(0, 10)) : exactly(time);
    }

    static Period month(String time) {
        return MONTH.matcher(time).matches() ? beginningWith(time.substring(0, 7)) : exactly(time);
    }

    static Period exactly(String text) {
        return new Period(text, text, text + '\u0001');
    }

    private static Period beginningWith(String digits) {
        int last = digits.length() - 1;
        return new Period(digits, digits, digits.substring(0, last) + (char) (digits.charAt(last) + 1));
    }

    boolean contains(String text) {
        return UsageGroup.compare(text, from) >= 0 && UsageGroup.compare(text, to) < 0;
    }
}
