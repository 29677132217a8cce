package dev.caravan.route.edge;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.netty.buffer.ByteBuf;

/**
 * Judges the size lines of a chunked body before Netty reads them, which takes {@code " 5 x"} for a five, and its
 * trailers, which nobody reads, but which must not be taken for anything else. One for each connection; for its event loop
 * only.
 */
final class ChunkScanner {

    private static final int MAX_LINE_BYTES = 256;
    private static final int MAX_TRAILER_BYTES = 4 * 1024;
    private static final int MAX_DIGITS = 8;

    /** Of the chunk under way, with its size line and its line end; 0: a size line comes next. */
    private long left;

    /**
     * @param in what has come and the decoder has not read yet; not moved
     * @return whether the decoder may go on
     * @throws RequestException where a size line is not well-formed
     */
    boolean ready(ByteBuf in) {
        if (left > 0) {
            return true;
        }
        int start = in.readerIndex();
        int feed = in.indexOf(start, start + Math.min(in.readableBytes(), MAX_LINE_BYTES), (byte) '\n');
        if (feed < 0) {
            if (in.readableBytes() >= MAX_LINE_BYTES) {
                throw malformed();
            }
            return false;
        }
        long size = size(in, start, feed);
        if (size > 0) {
            left = feed + 1 - start + size + 2;
            return true;
        }
        int end = trailersEnd(in, feed + 1);
        left = Math.max(0, end - start);
        return end > 0;
    }

    /** Where the line that ends the trailers, mostly the only one, ends; 0 where that has not come yet. */
    private int trailersEnd(ByteBuf in, int start) {
        int limit = Math.min(in.writerIndex(), start + MAX_TRAILER_BYTES);
        int line = start;
        for (int feed; (feed = in.indexOf(line, limit, (byte) '\n')) >= 0; line = feed + 1) {
            if (feed == line || in.getByte(feed - 1) != '\r') {
                throw malformed();
            }
            if (feed - 1 == line) {
                return feed + 1;
            }
            int colon = HeadScanner.colon(in, line, feed - 1);
            if (HeadScanner.isName(in, line, colon, "content-length")
                    || HeadScanner.isName(in, line, colon, "transfer-encoding")) {
                throw malformed();
            }
        }
        if (in.writerIndex() - start >= MAX_TRAILER_BYTES) {
            throw malformed();
        }
        return 0;
    }

    /** @param bytes that the decoder has read */
    void read(int bytes) {
        left -= bytes;
    }

    private static long size(ByteBuf in, int start, int feed) {
        long size = 0;
        int at = start;
        for (int digit; at < feed && (digit = Character.digit(in.getByte(at), 16)) >= 0; at++) {
            size = size * 16 + digit;
        }
        boolean ended = at == feed - 1 || (at < feed && in.getByte(at) == ';');
        if (at == start || at - start > MAX_DIGITS || !ended || in.getByte(feed - 1) != '\r') {
            throw malformed();
        }
        for (; at < feed - 1; at++) {
            byte b = in.getByte(at);
            if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7F) {
                throw malformed();
            }
        }
        return size;
    }

    private static RequestException malformed() {
        return new RequestException(
                ErrorCode.MALFORMED_REQUEST, "The chunks of the request body are not well-formed", (String) null);
    }
}
