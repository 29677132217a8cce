package dev.caravan.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long and how much is measured.
 *
 * @param warmSeconds of one scenario, again and again until that makes a process no faster; 0: not at all
 * @param seconds one window
 * @param rounds windows of each scenario and target; the median counts
 * @param streams at once
 * @param pin whether the processes get cores of their own, where that can be had
 * @param jvm options for the gateway, after those of {@code caravan.args}, and for the bare proxy
 */
record Plan(double warmSeconds, double seconds, int rounds, int streams, boolean pin, List<String> jvm) {

    /** About three minutes. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "warm", "1", "seconds", "1.5", "rounds", "3", "streams", "1000", "pin", "true", "jvm", "-Xms256m,-Xmx256m");

    /** @param words such as {@code rounds=5}; what is not named keeps its default */
    static Plan of(String... words) {
        Map<String, String> values = new TreeMap<>(DEFAULTS);
        for (String word : words) {
            String[] pair = word.split("=", 2);
            if (pair.length < 2 || values.put(pair[0], pair[1]) == null) {
                throw new IllegalArgumentException("\"" + word + "\" is none of " + new TreeMap<>(DEFAULTS));
            }
        }
        return new Plan(
                Double.parseDouble(values.get("warm")),
                Double.parseDouble(values.get("seconds")),
                Integer.parseInt(values.get("rounds")),
                Integer.parseInt(values.get("streams")),
                Boolean.parseBoolean(values.get("pin")),
                List.of(values.get("jvm").split(",")));
    }
}
