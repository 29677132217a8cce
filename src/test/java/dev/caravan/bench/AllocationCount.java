package dev.caravan.bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many bytes each {@link Part} allocates in one go. Counted in a process of its own that compiles with C1 only: C2 leaves
 * allocations out, and when it gets to that is not the same twice. So these are the bytes that the code asks for, at most a few
 * more than what a hot process takes, and the same in each run.
 */
final class AllocationCount {

    private static final int WARM_UP = 400;
    private static final int ROUNDS = 10;
    private static final int RUNS = 100;

    private AllocationCount() {}

    /** Prints one line for each part: its name and the bytes. */
    public static void main(String[] arguments) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Part part : Part.values()) {
            try (Work work = part.prepare()) {
                System.out.println(part + " " + bytes(threads, work));
            }
        }
    }

    /** The least of all rounds: what a table that grew, or a class that was loaded, added to one of them does not count. */
    private static long bytes(ThreadMXBean threads, Work work) {
        repeat(work, WARM_UP);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            repeat(work, RUNS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least / RUNS;
    }

    private static void repeat(Work work, int times) {
        for (int i = 0; i < times; i++) {
            if (work.run() == null) {
                throw new IllegalStateException("nothing came of it");
            }
        }
    }

    /** Counts in a new process of this JDK. */
    static Map<Part, Long> ofThisJdk() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AllocationCount.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<Part, Long> bytes = new LinkedHashMap<>();
        try (BufferedReader said = process.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                String[] words = line.split(" ");
                bytes.put(Part.valueOf(words[0]), Long.valueOf(words[1]));
            }
        }
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IllegalStateException("the count ended with " + exit + " after " + bytes);
        }
        return bytes;
    }
}
