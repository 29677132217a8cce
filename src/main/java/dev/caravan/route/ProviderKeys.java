package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A provider's keys: known by the name of their environment variable and their place in it, read when they are needed, never
 * printed. {@code toString} says the name only, so that no log and no MBean can show a value. Several take turns; one that the
 * provider will not have rests meanwhile. Safe for all threads.
 */
final class ProviderKeys {

    /** A key that is not used until then, and why. */
    private record Rest(Instant until, ErrorCode why) {}

    private final String provider;
    private final String variable;
    private final List<String> values;
    private final @Nullable String mistake;
    private final Clock clock;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable Rest> rests;

    /**
     * @param variables the names of the variables that may hold keys, separated by commas; the first that is set wins; empty: the
     *     provider wants no key
     * @param environment the value of a variable, or null
     */
    ProviderKeys(String provider, List<String> variables, UnaryOperator<@Nullable String> environment, Clock clock) {
        this.provider = provider;
        this.clock = clock;
        String name = variables.isEmpty() ? "" : variables.get(0);
        List<String> found = List.of();
        for (String candidate : variables) {
            String text = environment.apply(candidate);
            if (found.isEmpty() && text != null && !text.isBlank()) {
                found = parts(text);
                name = candidate;
            }
        }
        this.variable = name;
        int empty = found.indexOf("");
        this.mistake = empty < 0
                ? null
                : name + ": key " + (empty + 1) + " of " + found.size() + " is empty (keys are separated by commas)";
        this.values = found;
        this.rests = new AtomicReferenceArray<>(found.size());
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            parts.add(part.strip());
        }
        return List.copyOf(parts);
    }

    String provider() {
        return provider;
    }

    /** The variable that holds the keys, or the first one that may. */
    String variable() {
        return variable;
    }

    /** What is wrong with the variable, without its value; null where nothing is. */
    @Nullable
    String mistake() {
        return mistake;
    }

    int count() {
        return values.size();
    }

    String value(int key) {
        return values.get(key);
    }

    /** What a key is called wherever people look: the provider and its place, {@code openai-1}. */
    String name(int key) {
        return provider + "-" + (key + 1);
    }

    /** The key whose turn it is among those that do not rest; where all do, the one that may be used again first. */
    int take() {
        Instant now = clock.instant();
        int first = Math.floorMod(turn.getAndIncrement(), values.size());
        int soonest = first;
        Instant end = Instant.MAX;
        for (int i = 0; i < values.size(); i++) {
            int key = (first + i) % values.size();
            Rest rest = rest(key, now);
            if (rest == null) {
                return key;
            }
            if (rest.until().isBefore(end)) {
                end = rest.until();
                soonest = key;
            }
        }
        return soonest;
    }

    /**
     * Lets a key rest; a longer rest that it has already stays.
     *
     * @return whether it was awake
     */
    boolean rest(int key, Instant until, ErrorCode why) {
        Instant now = clock.instant();
        Rest before =
                rests.getAndUpdate(key, old -> old != null && old.until().isAfter(until) ? old : new Rest(until, why));
        return before == null || !before.until().isAfter(now);
    }

    /** How long until a key is awake; zero where one is. */
    Duration untilAwake() {
        Instant now = clock.instant();
        Instant first = Instant.MAX;
        for (int key = 0; key < values.size(); key++) {
            Rest rest = rest(key, now);
            if (rest == null) {
                return Duration.ZERO;
            }
            first = rest.until().isBefore(first) ? rest.until() : first;
        }
        return Duration.between(now, first);
    }

    Instant now() {
        return clock.instant();
    }

    /** Each key by its name, where there are several: for a person. */
    Map<String, String> conditions() {
        Map<String, String> conditions = new LinkedHashMap<>();
        Instant now = clock.instant();
        for (int key = 0; values.size() > 1 && key < values.size(); key++) {
            Rest rest = rest(key, now);
            conditions.put(
                    name(key),
                    rest == null
                            ? "ready"
                            : "resting until " + rest.until().truncatedTo(ChronoUnit.SECONDS) + ": "
                                    + rest.why().wireName());
        }
        return conditions;
    }

    private @Nullable Rest rest(int key, Instant now) {
        Rest rest = rests.get(key);
        return rest == null || !rest.until().isAfter(now) ? null : rest;
    }

    @Override
    public String toString() {
        return "the keys in " + variable;
    }
}
