package dev.caravan.route;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Collects the body of an answer, within the bound of {@link UpstreamAnswer}, and hands it over once. */
final class WholeAnswer implements UpstreamExchange.Reader {

    /** Has the whole body, or what is wrong with it. */
    @FunctionalInterface
    interface Then {
        void whole(byte[] body, @Nullable Exception failure);
    }

    private static final byte[] NOTHING = {};

    private final Then then;
    private Buffer collected = Buffer.buffer();
    private boolean tooLong;

    WholeAnswer(Then then) {
        this.then = then;
    }

    @Override
    public void piece(Buffer piece) {
        if (tooLong) {
            return;
        }
        // Most answers come in one piece, which is then the body, without a copy.
        collected = collected.length() == 0 ? piece : collected.appendBuffer(piece);
        if (collected.length() > UpstreamAnswer.LIMIT_BYTES) {
            tooLong = true;
            collected = Buffer.buffer();
            then.whole(NOTHING, UpstreamAnswer.tooLong());
        }
    }

    @Override
    public void end(@Nullable IOException failure) {
        if (!tooLong) {
            then.whole(failure == null ? BufferBytes.of(collected) : NOTHING, failure);
        }
    }
}
