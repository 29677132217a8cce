package dev.caravan.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BodyRoomTest {

    private static final int SHORT = 10;

    @Test
    void bodies_share_the_room_by_the_bytes_that_have_come() {
        BodyRoom room = new BodyRoom(100, 60, SHORT);
        BodyRoom.Share one = room.share();
        BodyRoom.Share other = room.share();
        assertThat(one.grow(30)).isTrue();
        assertThat(one.grow(30)).isTrue();
        assertThat(other.grow(10)).isTrue();
        assertThat(other.grow(10)).as("80 of 75 for long bodies").isFalse();
        assertThat(room.held()).as("the refused bytes are not held").isEqualTo(70);
        one.giveBack();
        assertThat(other.grow(10)).isTrue();
        other.giveBack();
        assertThat(room.held()).isZero();
    }

    @Test
    void the_last_quarter_is_for_short_bodies() {
        BodyRoom room = new BodyRoom(100, 60, SHORT);
        assertThat(room.share().grow(75)).isTrue();
        assertThat(room.share().fits(SHORT + 1)).isFalse();
        assertThat(room.share().grow(SHORT + 1)).isFalse();
        assertThat(room.share().fits(SHORT)).isTrue();
        assertThat(room.share().grow(SHORT)).isTrue();
        assertThat(room.share().grow(SHORT)).isTrue();
        assertThat(room.share().grow(SHORT)).isFalse();
    }

    @Test
    void the_longest_body_finds_room_where_there_is_no_other_however_small_the_limit() {
        BodyRoom room = new BodyRoom(1, 60, SHORT);
        assertThat(room.share().fits(60)).isTrue();
        BodyRoom.Share whole = room.share();
        assertThat(whole.grow(60)).isTrue();
        assertThat(room.share().fits(60)).isFalse();
        assertThat(room.share().grow(SHORT))
                .as("beside it there is room for short ones")
                .isTrue();
    }

    @Test
    void many_threads_never_hold_more_than_the_limit_and_leave_nothing_behind() {
        BodyRoom room = new BodyRoom(1000, 60, SHORT);
        List<CompletableFuture<Boolean>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(CompletableFuture.supplyAsync(() -> {
                boolean within = true;
                for (int round = 0; round < 10_000; round++) {
                    BodyRoom.Share share = room.share();
                    for (int piece = 0; piece < 20; piece++) {
                        share.grow(7);
                    }
                    within &= room.held() <= 1000 && room.share().fits(0);
                    share.giveBack();
                }
                return within;
            }));
        }
        assertThat(callers).allSatisfy(caller -> assertThat(caller.join()).isTrue());
        assertThat(room.held()).isZero();
    }
}
