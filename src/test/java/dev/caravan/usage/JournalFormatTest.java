package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.WithNull;
import org.junit.jupiter.api.Test;

class JournalFormatTest {

    @Property
    void reads_back_exactly_what_was_written(
            @ForAll @StringLength(max = 40) String session,
            @ForAll @StringLength(max = 40) String user,
            @ForAll @WithNull @StringLength(max = 20) String client,
            @ForAll @IntRange int prompt,
            @ForAll @WithNull Long firstByteMs,
            @ForAll @WithNull Integer upstreamStatus,
            @ForAll RequestStatus status,
            @ForAll boolean stream) {
        OpenedRequest opened = new OpenedRequest(
                "id",
                wellFormed(client),
                wellFormed(session),
                wellFormed(user),
                "\\N",
                "m\tn",
                "p\\",
                "e\n\r",
                stream,
                Instant.parse("2026-11-22T23:59:59.999999999Z"),
                "v");
        UsageRecord usage = new UsageRecord(
                opened,
                status,
                new TokenUsage(prompt, 7, 0, 0, 0, 7, UsageSource.ESTIMATED),
                new Cost(Long.MAX_VALUE, 3),
                Instant.EPOCH,
                5,
                firstByteMs,
                null,
                "x",
                upstreamStatus);

        assertThat(decode(JournalFormat.opened(opened))).isEqualTo(new JournalLine.Opened(opened));
        assertThat(decode(JournalFormat.settled(usage))).isEqualTo(new JournalLine.Settled(usage));
    }

    @Property
    void notices_every_flipped_bit(@ForAll @IntRange(max = 203) int at, @ForAll @IntRange(max = 7) int bit) {
        byte[] line = JournalFormat.settled(Records.settled("request-1"));
        line[at] ^= (byte) (1 << bit);

        assertThat(decode(line)).isNull();
    }

    @Test
    void holds_one_record_in_one_line() {
        OpenedRequest opened = Records.opened("a\nb\nc");

        assertThat(new String(JournalFormat.opened(opened), StandardCharsets.UTF_8).indexOf('\n'))
                .isEqualTo(JournalFormat.opened(opened).length - 1);
    }

    @Test
    void passes_over_kinds_of_a_newer_program() {
        byte[] line = JournalFormat.nothing();

        assertThat(decode(line)).isEqualTo(new JournalLine.Other());
    }

    private static JournalLine decode(byte[] line) {
        return JournalFormat.decode(line, 0, line.length - 1);
    }

    /** What UTF-8 can hold. */
    private static String wellFormed(String text) {
        return text == null ? null : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
