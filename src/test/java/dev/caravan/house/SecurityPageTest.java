package dev.caravan.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the security page promises names a test that exists. */
class SecurityPageTest {

    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))(?:\\.([a-z_0-9]+))?`");

    @Test
    void each_promise_names_a_test_that_exists() throws IOException {
        List<String> rows = Files.readAllLines(Path.of(".github/SECURITY.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| What holds"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(15);
        for (String row : rows) {
            Matcher named = TEST.matcher(row);
            assertThat(named.find()).as("a test in: %s", row).isTrue();
            do {
                String source = source(named.group(1));
                if (named.group(2) != null) {
                    assertThat(source).as(row).contains("void " + named.group(2) + "(");
                }
            } while (named.find());
        }
    }

    private static String source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            Path file = files.filter(path -> path.endsWith(test + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no " + test));
            return Files.readString(file);
        }
    }
}
