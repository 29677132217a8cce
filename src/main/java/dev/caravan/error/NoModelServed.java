package dev.caravan.error;

import java.util.List;

/** The model that was asked for failed, and none of its fallbacks could serve: the failure of the first, with all that was tried. */
public final class NoModelServed extends GatewayException {

    private final List<FailedTry> tried;

    /**
     * @param first the failure of the model that was asked for
     * @param tried in the order of the chain, the first included
     */
    public NoModelServed(GatewayException first, List<FailedTry> tried) {
        super(first.code(), first.text(), first.param(), first.retryAfter(), first);
        this.tried = List.copyOf(tried);
    }

    public List<FailedTry> tried() {
        return tried;
    }
}
