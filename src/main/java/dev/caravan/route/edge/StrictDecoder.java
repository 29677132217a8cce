package dev.caravan.route.edge;

import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Netty's decoder, but a request with both {@code Content-Length} and {@code Transfer-Encoding} is refused. Netty would drop
 * the length in silence, and a proxy in front of us that believes the length would see another request than we do.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {

    StrictDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new AmbiguousLength("Content-Length together with Transfer-Encoding");
    }

    /** Makes the decoder fail the message; answered by the edge's handler of invalid requests. */
    static final class AmbiguousLength extends IllegalArgumentException {
        AmbiguousLength(String message) {
            super(message);
        }
    }
}
