package dev.caravan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a request allocates is what the collector has to clean up after it, and it grows unseen. Counts bytes only, no times, so
 * that a busy machine changes nothing. {@code -Dallocation.record} writes what is counted as the new record.
 */
class AllocationTest {

    private static final int JDK = Runtime.version().feature();

    private static Map<Part, Long> counted;
    private static AllocationRecord record;

    @BeforeAll
    static void count() throws Exception {
        counted = AllocationCount.ofThisJdk();
        record = Files.exists(AllocationRecord.FILE)
                ? AllocationRecord.read(AllocationRecord.FILE)
                : new AllocationRecord();
        if (System.getProperty("allocation.record") != null) {
            record.replace(JDK, counted);
            record.write(AllocationRecord.FILE);
        }
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void allocates_at_most_a_third_more_than_was_recorded(Part part) {
        Long recorded = record.bytes(JDK, part);
        assertThat(recorded)
                .as(
                        "the record of %s in %s; to record: mvn test -Dtest=AllocationTest -Dallocation.record",
                        part, AllocationRecord.FILE)
                .isNotNull();
        assertThat(counted.get(part))
                .as(
                        "bytes that %s allocates; %d were recorded. If it has to be more, record it anew on each JDK of %s: "
                                + "mvn test -Dtest=AllocationTest -Dallocation.record",
                        part, recorded, AllocationRecord.FILE)
                .isPositive()
                .isLessThanOrEqualTo(limit(recorded));
    }

    /** A third of next to nothing is less than one object. */
    private static long limit(long recorded) {
        return Math.max(recorded * 4 / 3, recorded + 64);
    }

    @Test
    void a_jdk_without_a_record_is_held_to_that_of_the_next_older_one(@TempDir Path folder) throws IOException {
        AllocationRecord written = new AllocationRecord();
        written.replace(17, Map.of(Part.COST, 100L));
        written.replace(25, Map.of(Part.COST, 80L));
        Path file = folder.resolve("bench/record.properties");
        written.write(file);

        AllocationRecord read = AllocationRecord.read(file);

        assertThat(read.bytes(21, Part.COST)).isEqualTo(100);
        assertThat(read.bytes(26, Part.COST)).isEqualTo(80);
        assertThat(read.bytes(11, Part.COST)).isEqualTo(100);
        assertThat(read.bytes(17, Part.JOURNAL)).isNull();
    }
}
