package dev.caravan.route;

import dev.caravan.usage.TokenCounter;
import org.apache.camel.Exchange;

/** Refuses a prompt that leaves the model no room to answer, before anything is paid for it. */
public final class TokenLimit {

    private final TokenCounter counter;

    public TokenLimit(TokenCounter counter) {
        this.counter = counter;
    }

    @NeverWaits
    public void check(Exchange exchange) {
        ChatCall call = ChatCall.of(exchange);
        counter.check(call.request(), call.model());
    }
}
