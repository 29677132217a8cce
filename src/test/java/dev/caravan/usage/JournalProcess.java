package dev.caravan.usage;

import dev.caravan.error.RequestException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of its own that writes a journal and says on its standard output what it was promised: {@code O id} once a
 * request is opened, {@code S id} once it is settled.
 */
final class JournalProcess {

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private JournalProcess() {}

    /** @param args what to do, {@code load}, {@code fill} or {@code old}, and the folder */
    public static void main(String[] args) throws Exception {
        Journal journal = Journal.open(Path.of(args[1]), 1 << 20, Duration.ofMillis(20), Clock.systemUTC());
        if (args[0].equals("load")) {
            load(journal);
        } else if (args[0].equals("old")) {
            old(journal);
        } else {
            fill(journal);
        }
    }

    static Process start(Path folder, String what, String... wrapper) throws IOException {
        List<String> command = new ArrayList<>(List.of(wrapper));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Without its own files in /tmp, which a limit of file sizes would hit too.
        command.addAll(List.of("-XX:-UsePerfData", "-Xmx128m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(JournalProcess.class.getName(), what, folder.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Eight threads that never end. */
    private static void load(Journal journal) {
        for (int t = 0; t < 8; t++) {
            String name = "t" + t + "-";
            new Thread(() -> {
                        for (int i = 0; ; i++) {
                            UsageRecord record = Records.settled(name + i);
                            journal.opened(record.opened());
                            say("O " + name + i);
                            journal.settled(record);
                            say("S " + name + i);
                        }
                    })
                    .start();
        }
    }

    /** Four requests of a month that is over, and then the death before the database was told. */
    private static void old(Journal journal) {
        for (int i = 0; i < 4; i++) {
            journal.opened(old(i).opened());
            journal.settled(old(i));
        }
        say("S 3");
        Runtime.getRuntime().halt(1);
    }

    static UsageRecord old(int i) {
        Instant at = Instant.parse("2026-02-03T00:00:00Z").plusSeconds(i);
        return Records.settled(Records.opened("old-" + i, "user-1", "gpt-4o", at));
    }

    /** Opens until the disk refuses, settles all that is open, and waits until the disk takes it. */
    private static void fill(Journal journal) throws InterruptedException {
        int count = 0;
        try {
            while (true) {
                journal.opened(Records.opened("r" + count));
                count++;
            }
        } catch (RequestException e) {
            say("refused " + e.code() + " " + e.retryAfter());
        }
        for (int i = 0; i < count; i++) {
            journal.settled(Records.settled("r" + i));
        }
        JournalHealth full = journal.health();
        say("full " + count + " " + full.writable() + " " + full.inMemory() + " " + full.settledNotWritten() + " "
                + journal.nextBatch(10_000).size());
        while (journal.health().inMemory() > 0) {
            journal.awaitWritten(Duration.ofMillis(20));
        }
        journal.opened(Records.opened("after"));
        say("healed " + journal.health().settledNotWritten());
        // Left without a word, as a killed process leaves it.
        Runtime.getRuntime().halt(1);
    }

    private static void say(String line) {
        try {
            OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
