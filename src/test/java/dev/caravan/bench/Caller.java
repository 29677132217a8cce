package dev.caravan.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection of {@link Callers}: asks, and judges the answer. */
final class Caller {

    private static final byte[] DONE = Bytes.of("[DONE]");
    private static final int DIGITS = 12;

    private final SocketChannel channel;
    private final boolean stream;
    private final Tally tally;
    private final byte[] request;
    private final int mark;
    private final HttpMessage answer = new HttpMessage();
    private final byte[] expected = Bytes.of(Samples.MARK);
    private boolean waiting;
    private long askedAt;
    private int seen;
    private int pieces;

    Caller(SocketChannel channel, Scenario scenario, Tally tally) {
        this.channel = channel;
        this.stream = scenario.stream();
        this.tally = tally;
        this.request = scenario.request();
        this.mark = Bytes.require(request, expected);
    }

    void ask() {
        Bytes.write(expected, expected.length - DIGITS, DIGITS, tally.nextNumber());
        System.arraycopy(expected, 0, request, mark, expected.length);
        answer.reset();
        waiting = true;
        seen = 0;
        pieces = 0;
        askedAt = System.nanoTime();
        tally.asked();
        try {
            ByteBuffer out = ByteBuffer.wrap(request);
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException e) {
            cutOff();
        }
    }

    void hear(ByteBuffer in) {
        boolean whole = answer.add(in);
        if (stream) {
            findPieces(System.nanoTime());
        }
        if (!whole) {
            return;
        }
        waiting = false;
        if (isRight()) {
            tally.answered(askedAt, System.nanoTime());
        } else {
            tally.wrong(answer.status());
        }
        if (!tally.isOver()) {
            ask();
        }
    }

    /** The connection is gone. */
    void cutOff() {
        if (waiting) {
            waiting = false;
            tally.wrong(0);
        }
    }

    /** It has its own answer and no other's, and all of it. */
    private boolean isRight() {
        return answer.status() == 200 && has(expected) && (!stream || (pieces == Samples.CHUNKS && has(DONE)));
    }

    private boolean has(byte[] text) {
        return Bytes.find(answer.body(), answer.bodyStart(), answer.bodyEnd(), text) >= 0;
    }

    private void findPieces(long now) {
        byte[] body = answer.body();
        int end = answer.bodyEnd();
        int from = Math.max(seen, answer.bodyStart());
        int width = ProviderConnection.SENT.length + ProviderConnection.SENT_WIDTH;
        while (true) {
            int at = Bytes.find(body, from, end, ProviderConnection.SENT);
            if (at < 0 || at + width > end) {
                seen = at < 0 ? end : at;
                return;
            }
            long sentAt = Bytes.read(body, at + ProviderConnection.SENT.length, ProviderConnection.SENT_WIDTH);
            if (sentAt > 0) {
                pieces++;
                tally.piece(sentAt, now);
            }
            from = at + width;
        }
    }
}
