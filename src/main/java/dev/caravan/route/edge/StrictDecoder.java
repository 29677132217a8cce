package dev.caravan.route.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Netty's decoder, but it refuses what Netty would make sense of in silence: {@code Content-Length} beside
 * {@code Transfer-Encoding}, two lengths from an HTTP/1.0 caller, header lines folded over two or without a name, control
 * characters in the path. A proxy in front of us that
 * reads these another way would see another request than we do.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {

    private boolean inHead = true;
    /** The request line, or a part of the head, is read. */
    private boolean headBegan;

    private boolean refused;
    private int lengths;

    StrictDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (inHead && folded(buffer)) {
            refused = true;
            buffer.skipBytes(buffer.readableBytes());
            HttpMessage bad = createInvalidMessage();
            bad.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a folded header line")));
            out.add(bad);
            return;
        }
        int before = buffer.readerIndex();
        int made = out.size();
        super.decode(ctx, buffer, out);
        headBegan |= inHead && buffer.readerIndex() != before;
        for (Object message : out.subList(made, out.size())) {
            if (message instanceof HttpMessage) {
                inHead = false;
            }
            if (message instanceof LastHttpContent) {
                inHead = true;
                headBegan = false;
                lengths = 0;
            }
        }
    }

    /** Vert.x would answer other versions in its own words, and take control characters for a part of the path. */
    @Override
    protected HttpMessage createMessage(String[] line) {
        String target = line[1];
        boolean path = target.startsWith("/") || target.startsWith("http://") || target.startsWith("https://");
        if (!path || target.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("the target of the request is no path");
        }
        if (!line[2].equals("HTTP/1.1") && !line[2].equals("HTTP/1.0")) {
            throw new IllegalArgumentException("neither HTTP/1.1 nor HTTP/1.0");
        }
        return super.createMessage(line);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        AsciiString name = super.splitHeaderName(line, start, length);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a header without a name");
        }
        if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name) && ++lengths > 1) {
            throw new AmbiguousLength("Content-Length given twice");
        }
        return name;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new AmbiguousLength("Content-Length together with Transfer-Encoding");
    }

    /** Netty takes whole lines only, so the buffer always begins with the beginning of one. */
    private boolean folded(ByteBuf buffer) {
        int end = buffer.writerIndex();
        int at = buffer.readerIndex();
        if (!headBegan) {
            while (at < end && buffer.getByte(at) <= ' ') {
                at++;
            }
        } else if (at < end && isBlank(buffer.getByte(at))) {
            return true;
        }
        while (at < end) {
            if (headBegan && endsHead(buffer, at, end)) {
                return false;
            }
            int feed = buffer.indexOf(at, end, (byte) '\n');
            if (feed < 0 || feed + 1 == end) {
                return false;
            }
            at = feed + 1;
            if (isBlank(buffer.getByte(at))) {
                return true;
            }
            if (endsHead(buffer, at, end)) {
                return false;
            }
        }
        return false;
    }

    private static boolean endsHead(ByteBuf buffer, int at, int end) {
        byte first = buffer.getByte(at);
        return first == '\n' || (first == '\r' && at + 1 < end && buffer.getByte(at + 1) == '\n');
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** Makes the decoder fail the message; answered by the edge's handler of invalid requests. */
    static final class AmbiguousLength extends IllegalArgumentException {
        AmbiguousLength(String message) {
            super(message);
        }
    }
}
