package dev.caravan.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyTextTest {

    private final SecureRandom random = new SecureRandom();

    @Test
    void is_read_back_as_it_was_made() {
        KeyText key = KeyText.fresh(random);
        assertThat(key.reveal()).matches("cv-[0-9A-Za-z]{48}");
        KeyText read = KeyText.parse(key.reveal());
        assertThat(read).isNotNull();
        assertThat(read.id()).isEqualTo(key.id()).hasSize(12);
        assertThat(read.hasHash(key.hash())).isTrue();
        assertThat(read.hasHash(KeyText.fresh(random).hash())).isFalse();
    }

    @Test
    void a_key_with_one_wrong_character_is_no_key() {
        String text = KeyText.fresh(random).reveal();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(KeyText.parse(text.substring(0, i) + other + text.substring(i + 1)))
                    .as("at %d", i)
                    .isNull();
        }
        for (String none : new String[] {"", "cv-", text + "0", " " + text, text.substring(1), "sk-" + text}) {
            assertThat(KeyText.parse(none)).as(none).isNull();
        }
    }

    @Test
    void neither_hash_nor_words_tell_the_secret() {
        KeyText key = KeyText.fresh(random);
        String secret = key.reveal().substring(15, 45);
        assertThat(key.hash()).matches("[0-9a-f]{64}");
        assertThat(key.toString()).doesNotContain(secret).contains(key.id());
        assertThat(AccessKey.blank(key, java.time.Instant.EPOCH).toString()).doesNotContain(secret, key.hash());
    }

    @Test
    void no_two_are_alike() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(KeyText.fresh(random).id())).isTrue();
        }
    }
}
