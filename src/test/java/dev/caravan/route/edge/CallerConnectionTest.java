package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class CallerConnectionTest {

    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicInteger gone = new AtomicInteger();

    private CallerConnection admitted() {
        CallerConnection caller = new CallerConnection("req_1", null, null, ended::incrementAndGet);
        caller.admitted(released::incrementAndGet);
        return caller;
    }

    @Test
    void the_place_is_given_back_once_when_answer_and_walk_have_ended_in_either_order() {
        CallerConnection caller = admitted();
        caller.handedOver();
        caller.answered();
        caller.answered();
        assertThat(released).hasValue(0);
        caller.walked();
        caller.walked();
        caller.left();
        assertThat(released).hasValue(1);
        assertThat(ended).hasValue(1);

        CallerConnection other = admitted();
        other.handedOver();
        other.walked();
        assertThat(released).hasValue(1);
        other.left();
        other.answered();
        assertThat(released).hasValue(2);
        assertThat(ended).hasValue(2);
    }

    @Test
    void a_walk_that_never_began_cannot_end() {
        CallerConnection caller = admitted();
        caller.walked();
        assertThat(ended).hasValue(0);
        caller.answered();
        assertThat(ended).hasValue(1);
        assertThat(released).hasValue(1);
    }

    @Test
    void a_caller_who_leaves_before_its_answer_is_gone_and_all_who_asked_hear_of_it_once() {
        CallerConnection caller = admitted();
        caller.onGone(gone::incrementAndGet);
        caller.onGone(gone::incrementAndGet);
        assertThat(caller.isGone()).isFalse();
        caller.left();
        caller.left();
        assertThat(caller.isGone()).isTrue();
        assertThat(gone).hasValue(2);
        caller.onGone(gone::incrementAndGet);
        assertThat(gone).hasValue(3);
    }

    @Test
    void a_caller_who_leaves_with_its_answer_is_not_gone() {
        CallerConnection caller = admitted();
        caller.onGone(gone::incrementAndGet);
        caller.answered();
        caller.left();
        assertThat(caller.isGone()).isFalse();
        assertThat(gone).hasValue(0);
    }

    @Test
    void the_route_of_a_caller_who_has_gone_is_not_walked() throws Exception {
        AtomicInteger walks = new AtomicInteger();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            CallerConnection caller = admitted();
            Exchange exchange = new DefaultExchange(camel);
            exchange.setProperty(CallerConnection.PROPERTY, caller);
            caller.handedOver();
            caller.left();
            assertThat(released).hasValue(0);
            new Walk(walked -> walks.incrementAndGet()).process(exchange);
            assertThat(walks).hasValue(0);
            assertThat(released).hasValue(1);
        }
    }
}
