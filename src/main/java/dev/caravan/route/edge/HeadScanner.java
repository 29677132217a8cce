package dev.caravan.route.edge;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Judges the raw bytes of a request's head before any parser that repairs what is doubtful sees them: Netty joins folded
 * lines, takes a bare line feed for a line's end, and drops a length that stands beside {@code Transfer-Encoding}. A proxy in
 * front of us may read such bytes otherwise, and the difference is a second request that nobody checked. Each byte is looked
 * at once, however slowly they drip. One for each connection; for its event loop only.
 */
final class HeadScanner {

    private static final byte LF = '\n';
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final EdgeLimits limits;
    private int lineStart;
    private int searched;
    private boolean inHeaders;
    private boolean http10;
    private int lengths;
    private int codings;
    private boolean chunked;
    private String target = "";

    HeadScanner(EdgeLimits limits) {
        this.limits = limits;
    }

    /** Makes ready for the next request's head. */
    void reset() {
        lineStart = 0;
        searched = 0;
        inHeaders = false;
        http10 = false;
        lengths = 0;
        codings = 0;
        chunked = false;
        target = "";
    }

    /** Whether the body comes in chunks; known when the head is whole. */
    boolean chunked() {
        return chunked;
    }

    /** The request line's target; empty before that line is whole. */
    String target() {
        return target;
    }

    /**
     * Looks at what has come since the last call.
     *
     * @param in begins with the head's first byte; not moved
     * @return whether the head is whole
     * @throws RequestException where it is not well-formed, ambiguous or too large
     */
    boolean whole(ByteBuf in) {
        int base = in.readerIndex();
        int end = Math.min(in.readableBytes(), limits.maxHeadBytes());
        while (true) {
            int feed = in.indexOf(base + searched, base + end, LF);
            if (feed < 0) {
                searched = end;
                if ((!inHeaders && end > limits.maxLineBytes()) || end == limits.maxHeadBytes()) {
                    throw tooLarge();
                }
                return false;
            }
            int start = base + lineStart;
            if (feed == start || in.getByte(feed - 1) != '\r') {
                throw malformed("a line must end with CR LF");
            }
            lineStart = feed + 1 - base;
            searched = lineStart;
            if (!inHeaders) {
                requestLine(in, start, feed - 1);
                inHeaders = true;
            } else if (feed - 1 == start) {
                judgeLength();
                return true;
            } else {
                header(in, start, feed - 1);
            }
        }
    }

    private void requestLine(ByteBuf in, int start, int end) {
        if (end - start > limits.maxLineBytes()) {
            throw tooLarge();
        }
        int methodEnd = in.indexOf(start, end, (byte) ' ');
        int targetEnd = methodEnd < 0 ? -1 : in.indexOf(methodEnd + 1, end, (byte) ' ');
        if (targetEnd < 0 || methodEnd == start || targetEnd == methodEnd + 1) {
            throw malformed("the request line must be: method, path, version");
        }
        for (int i = start; i < methodEnd; i++) {
            if (!isToken(in.getByte(i))) {
                throw malformed("the method has a character that no method has");
            }
        }
        for (int i = methodEnd + 1; i < targetEnd; i++) {
            byte b = in.getByte(i);
            if (b <= ' ' || b == 0x7F) {
                throw malformed("the path has a character that must be percent-encoded");
            }
        }
        String version = text(in, targetEnd + 1, end);
        http10 = version.equals("HTTP/1.0");
        if (!http10 && !version.equals("HTTP/1.1")) {
            throw malformed("the version must be HTTP/1.1 or HTTP/1.0");
        }
        target = text(in, methodEnd + 1, targetEnd);
    }

    private void header(ByteBuf in, int start, int end) {
        int colon = colon(in, start, end);
        if (isName(in, start, colon, "content-length")) {
            lengths++;
            if (!isLength(text(in, colon + 1, end).strip())) {
                throw ambiguous("Content-Length must be one whole number", "Content-Length");
            }
        } else if (isName(in, start, colon, "transfer-encoding")) {
            codings++;
            chunked = text(in, colon + 1, end).strip().equalsIgnoreCase("chunked");
        } else if (isName(in, start, colon, "sec-websocket-key1")) {
            // With it Netty takes eight bytes for a body that no header speaks of.
            throw malformed("this draft of WebSocket is not spoken here");
        }
    }

    /**
     * Where the colon of a header or trailer is.
     *
     * @throws RequestException where the line is not well-formed, or begins with a blank, as the rest of a folded one
     */
    static int colon(ByteBuf in, int start, int end) {
        int colon = in.indexOf(start, end, (byte) ':');
        if (colon <= start) {
            throw malformed("a header must be: name, colon, value");
        }
        for (int i = start; i < colon; i++) {
            if (!isToken(in.getByte(i))) {
                throw malformed("a header's name has a character that no name has");
            }
        }
        for (int i = colon + 1; i < end; i++) {
            byte b = in.getByte(i);
            if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7F) {
                throw malformed("a header's value has a control character");
            }
        }
        return colon;
    }

    private void judgeLength() {
        if (codings > 1 || (codings == 1 && (!chunked || http10))) {
            throw ambiguous("Transfer-Encoding must be exactly chunked", "Transfer-Encoding");
        }
        if (lengths > 1) {
            throw ambiguous("Content-Length must be given once", "Content-Length");
        }
        if (codings + lengths > 1) {
            throw ambiguous("Content-Length and Transfer-Encoding exclude each other", "Content-Length");
        }
    }

    private static boolean isToken(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || TOKEN_MARKS.indexOf(b) >= 0;
    }

    static boolean isName(ByteBuf in, int start, int end, String lowerCase) {
        return end - start == lowerCase.length() && text(in, start, end).equalsIgnoreCase(lowerCase);
    }

    private static boolean isLength(String value) {
        return !value.isEmpty() && value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String text(ByteBuf in, int start, int end) {
        return in.toString(start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static RequestException malformed(String what) {
        return new RequestException(
                ErrorCode.MALFORMED_REQUEST, "The request is not well-formed HTTP: " + what, (String) null);
    }

    private static RequestException ambiguous(String message, String param) {
        return new RequestException(ErrorCode.AMBIGUOUS_LENGTH, message, param);
    }

    private RequestException tooLarge() {
        return new RequestException(
                ErrorCode.HEADERS_TOO_LARGE,
                "The request line must be at most " + limits.maxLineBytes() + " bytes, with all headers at most "
                        + limits.maxHeadBytes(),
                (String) null);
    }
}
