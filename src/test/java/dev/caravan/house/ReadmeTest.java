package dev.caravan.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.RequestFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README says in tables is what the code does. */
class ReadmeTest {

    private final String readme = read("README.md");

    @Test
    void shows_the_table_of_fields_as_the_code_has_it() {
        assertThat(readme).contains(RequestFields.markdown().strip());
    }

    @Test
    void names_every_variable_that_the_settings_read() {
        String settings = read("application.properties").replaceAll("(?m)^#.*$", "");
        Matcher variable = Pattern.compile("\\{\\{env:([A-Z_]+)").matcher(settings);
        while (variable.find()) {
            assertThat(readme).contains("`" + variable.group(1) + "`");
        }
    }

    @Test
    void every_setting_has_a_comment() {
        String before = "";
        for (String line : read("application.properties").lines().toList()) {
            if (line.matches("(gateway|provider|retry|breaker|usage|catalog)\\..*")) {
                assertThat(before).as("the line before %s", line).matches("#.*|[a-z.-]+=.*");
            }
            before = line;
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
