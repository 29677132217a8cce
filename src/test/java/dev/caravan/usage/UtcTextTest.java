package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UtcTextTest {

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Test
    void writes_and_reads_what_the_library_writes_and_reads() {
        Random random = new Random(4);
        for (int i = 0; i < 100_000; i++) {
            // The years 0 to 9999.
            long second = -62_167_219_200L + (long) (random.nextDouble() * 315_569_520_000L);
            Instant time = Instant.ofEpochSecond(second, random.nextInt(1_000_000_000));
            StringBuilder text = new StringBuilder();
            UtcText.append(text, time);

            assertThat(Instant.parse(text)).isEqualTo(time);
            assertThat(UtcText.parse(text.toString())).isEqualTo(time);
            assertThat(UtcText.millis(time)).isEqualTo(MILLIS.format(time));
            assertThat(UtcText.day(time)).isEqualTo(MILLIS.format(time).substring(0, 10));
            assertThat(UtcText.month(time)).isEqualTo(MILLIS.format(time).substring(0, 7));
        }
    }

    @Test
    void reads_shorter_forms_too() {
        assertThat(UtcText.parse("2026-11-23T09:16:38Z")).isEqualTo(Instant.parse("2026-11-23T09:16:38Z"));
        assertThat(UtcText.parse("2026-11-23T09:16:38.5Z")).isEqualTo(Instant.parse("2026-11-23T09:16:38.5Z"));
    }

    @Test
    void takes_no_time_that_is_none() {
        assertThatThrownBy(() -> UtcText.parse("2026-13-23T09:16:38.123456789Z"))
                .isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> UtcText.parse("2026-11-23T09:16:38.1234x6789Z"))
                .isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> UtcText.parse("yesterday")).isInstanceOf(DateTimeException.class);
    }
}
