package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionIdsTest {

    private static SessionIds at(String time) {
        return new SessionIds(Clock.fixed(Instant.parse(time), ZoneOffset.UTC));
    }

    @Test
    void are_all_different_within_one_millisecond() {
        SessionIds ids = at("2026-11-23T09:00:00Z");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            seen.add(ids.next());
        }
        assertThat(seen).hasSize(10_000).allMatch(id -> id.matches("sess_[0-9a-f]{32}"));
    }

    @Test
    void sort_by_time() {
        assertThat(at("2026-11-23T09:00:00.001Z").next())
                .isGreaterThan(at("2026-11-23T09:00:00Z").next());
    }
}
