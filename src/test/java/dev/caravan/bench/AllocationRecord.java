package dev.caravan.bench;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The bytes that each {@link Part} was seen to allocate, by major version of the JDK. */
final class AllocationRecord {

    static final Path FILE = Path.of("src/test/resources/bench/allocated-bytes.properties");

    private static final String COMMENT = """
            # Bytes that each part of a request's path allocates: JDK, part, bytes of one run. AllocationTest fails where one grows by
            # more than a third. Where that is meant, record anew, on each of these JDKs:
            #   mvn test -Dtest=AllocationTest -Dallocation.record
            """;

    private final TreeMap<Integer, Map<String, Long>> byJdk = new TreeMap<>();

    static AllocationRecord read(Path file) throws IOException {
        AllocationRecord record = new AllocationRecord();
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            lines.load(reader);
        }
        for (String name : lines.stringPropertyNames()) {
            String[] jdkAndPart = name.split("\\.");
            record.put(
                    Integer.parseInt(jdkAndPart[0].substring("jdk".length())),
                    jdkAndPart[1],
                    Long.parseLong(lines.getProperty(name)));
        }
        return record;
    }

    void put(int jdk, String part, long bytes) {
        byJdk.computeIfAbsent(jdk, first -> new TreeMap<>()).put(part, bytes);
    }

    /** Takes the place of all that was known of that JDK. */
    void replace(int jdk, Map<Part, Long> bytes) {
        byJdk.remove(jdk);
        bytes.forEach((part, count) -> put(jdk, name(part), count));
    }

    /** What was recorded on that JDK, or on the next older one that has a record, or else on the oldest; null: nothing. */
    Long bytes(int jdk, Part part) {
        Map.Entry<Integer, Map<String, Long>> nearest = byJdk.floorEntry(jdk);
        if (nearest == null) {
            nearest = byJdk.firstEntry();
        }
        return nearest == null ? null : nearest.getValue().get(name(part));
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder(COMMENT);
        byJdk.forEach((jdk, parts) -> {
            text.append('\n');
            parts.forEach((part, bytes) -> text.append("jdk%d.%s=%d\n".formatted(jdk, part, bytes)));
        });
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String name(Part part) {
        return part.name().toLowerCase(Locale.ROOT);
    }
}
