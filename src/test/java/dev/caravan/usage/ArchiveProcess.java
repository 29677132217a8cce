package dev.caravan.usage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A program of its own that archives a ledger and says each stage on its standard output before it goes on. */
final class ArchiveProcess {

    static final Clock NOW = Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);

    private ArchiveProcess() {}

    /** @param args the ledger's file */
    public static void main(String[] args) {
        try (Archive archive = new Archive(Path.of(args[0]), 1, NOW, stage -> {
            System.out.println(stage);
            System.out.flush();
        })) {
            System.out.println(archive.run());
        }
    }

    static Process start(Path ledger) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(ArchiveProcess.class.getName(), ledger.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
