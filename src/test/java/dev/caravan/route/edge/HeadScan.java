package dev.caravan.route.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The scanner of one connection, which sees the same request's head again and again. For measurements only. */
public final class HeadScan {

    private final HeadScanner scanner = new HeadScanner(EdgeLimits.DEFAULTS);
    private final ByteBuf head;

    /** @param head as an SDK sends it, its closing blank line included */
    public HeadScan(String head) {
        this.head = Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII));
    }

    public boolean whole() {
        scanner.reset();
        return scanner.whole(head);
    }
}
