package dev.caravan.bench.run;

import dev.caravan.app.LedgerBench;
import dev.caravan.bench.GatewayBench;
import java.util.Arrays;
import java.util.stream.Stream;

/** What {@code mvn -Pbench verify} runs: {@code -Dbench=gateway}, {@code parts} or {@code ledger}. */
public final class Bench {

    private Bench() {}

    /** @param arguments which one, and what it takes itself */
    public static void main(String[] arguments) throws Exception {
        String[] its = Stream.of(arguments)
                .skip(1)
                .flatMap(words -> Arrays.stream(words.strip().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);
        switch (arguments[0]) {
            case "gateway" -> GatewayBench.main(its);
            case "parts" -> org.openjdk.jmh.Main.main(its.length > 0 ? its : new String[] {"-prof", "gc"});
            case "ledger" -> LedgerBench.main(its);
            default ->
                throw new IllegalArgumentException("-Dbench must be gateway, parts or ledger, was " + arguments[0]);
        }
    }
}
