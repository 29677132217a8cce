package dev.caravan.route;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;

/** The bytes of what a connection has brought. */
final class BufferBytes {

    private BufferBytes() {}

    /**
     * The buffer's own bytes where it holds these and no more, as what came in one piece does, else a copy: a stream's pieces were a
     * fourteenth of all garbage for theirs.
     *
     * @return not to be changed, nor the buffer any more
     */
    static byte[] of(Buffer buffer) {
        ByteBuf bytes = buffer.getByteBuf();
        if (bytes.hasArray() && bytes.arrayOffset() == 0 && bytes.array().length == bytes.readableBytes()) {
            return bytes.array();
        }
        return buffer.getBytes();
    }
}
