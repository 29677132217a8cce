package dev.caravan.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One connection to the {@link Provider}: the answer to its present request. */
final class ProviderConnection {

    /** Between two pieces of a stream. */
    static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Before the time at which a piece was sent. */
    static final byte[] SENT = Bytes.of("@");

    /** Digits of a time. */
    static final int SENT_WIDTH = 19;

    private static final byte[] MESSAGES = Bytes.of("/v1/messages");
    private static final byte[] GEMINI = Bytes.of(":generateContent");
    private static final byte[] STREAM = Bytes.of("\"stream\":true");
    private static final byte[] RID = Bytes.of("rid-");

    private static final byte[] OPENAI_ANSWER = whole(Samples.openAiAnswer());
    private static final byte[] ANTHROPIC_ANSWER = whole(Samples.anthropicAnswer());
    private static final byte[] GEMINI_ANSWER = whole(Samples.geminiAnswer());
    private static final byte[] FIRST = join(
            Bytes.of("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"),
            chunk(Samples.openAiEvent("{\"role\":\"assistant\",\"content\":\"" + Samples.MARK + " \"}", "null")));
    private static final byte[] PIECE =
            chunk(Samples.openAiEvent("{\"content\":\"@" + "0".repeat(SENT_WIDTH) + " a word or two\"}", "null"));
    private static final byte[] LAST = last();

    private final SocketChannel channel;
    private final HttpMessage request = new HttpMessage();
    private int piecesLeft;
    private long due;

    ProviderConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Takes what has come; whether the request is whole. */
    boolean read(ByteBuffer in) {
        return request.add(in);
    }

    /** Answers the request; whether pieces are to follow. */
    boolean answer() throws IOException {
        byte[] body = request.body();
        int mark = Bytes.find(body, request.bodyStart(), request.bodyEnd(), RID);
        byte[] answer = OPENAI_ANSWER;
        if (request.inFirstLine(MESSAGES) > 0) {
            answer = ANTHROPIC_ANSWER;
        } else if (request.inFirstLine(GEMINI) > 0) {
            answer = GEMINI_ANSWER;
        } else if (Bytes.find(body, request.bodyStart(), request.bodyEnd(), STREAM) >= 0) {
            answer = FIRST;
            piecesLeft = Samples.CHUNKS;
            due = System.nanoTime() + GAP_NANOS;
        }
        byte[] marked = answer.clone();
        if (mark >= 0) {
            System.arraycopy(body, mark, marked, Bytes.require(marked, RID), Samples.MARK.length());
        }
        request.reset();
        send(marked);
        return piecesLeft > 0;
    }

    /** When the next piece is to be sent. */
    long due() {
        return due;
    }

    /** Sends the next piece of a stream; whether another is to follow. */
    boolean piece() {
        piecesLeft--;
        byte[] piece = (piecesLeft == 0 ? LAST : PIECE).clone();
        Bytes.write(piece, Bytes.require(piece, SENT) + 1, SENT_WIDTH, System.nanoTime());
        due += GAP_NANOS;
        try {
            send(piece);
            return piecesLeft > 0;
        } catch (IOException e) {
            // Who asked for it has gone.
            return false;
        }
    }

    /** What does not fit into the socket at once is waited for: answers are small, and whoever reads them is quick. */
    private void send(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    private static byte[] whole(byte[] body) {
        return join(
                Bytes.of("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                        + "\r\n\r\n"),
                body);
    }

    private static byte[] last() {
        List<byte[]> events = Samples.openAiStream();
        byte[] rest = join(events.subList(events.size() - 3, events.size()).toArray(byte[][]::new));
        return join(PIECE, chunk(rest), Bytes.of("0\r\n\r\n"));
    }

    private static byte[] chunk(byte[] bytes) {
        return join(Bytes.of(Integer.toHexString(bytes.length) + "\r\n"), bytes, Bytes.LINE_END);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(joined::writeBytes);
        return joined.toByteArray();
    }
}
