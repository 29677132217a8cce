package dev.caravan.route.edge;

import dev.caravan.access.BodyRoom;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** How far one request and its answer have come. For the event loop of its connection only. */
final class RequestProgress {

    private final CallerConnection caller;
    private final EdgeLimits limits;
    private final BodyRoom.Share share;
    private final long declaredBytes;
    private boolean owesContinue;
    private long bodyBytes;
    private boolean noRoom;
    private boolean whole;
    private boolean answerBegan;
    private boolean answered;
    private boolean closes;

    /** @param share of the room for bodies, given back by whoever ends the caller's request */
    RequestProgress(HttpRequest request, CallerConnection caller, EdgeLimits limits, BodyRoom.Share share) {
        this.caller = caller;
        this.limits = limits;
        this.share = share;
        HttpHeaders headers = request.headers();
        owesContinue = request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && headers.containsValue("Expect", "100-continue", true);
        // The decoder has seen to it that this is one whole number.
        String length = headers.get("Content-Length");
        declaredBytes = length == null ? 0 : Long.parseLong(length.strip());
    }

    CallerConnection caller() {
        return caller;
    }

    /** Why the body cannot be taken, by its declared length and by what has come of it; null where it can. */
    @Nullable
    RequestException refusal() {
        if (Math.max(declaredBytes, bodyBytes) > limits.maxBodyBytes()) {
            return new RequestException(
                    ErrorCode.BODY_TOO_LARGE,
                    "The request body must be at most " + limits.maxBodyBytes() + " bytes",
                    (String) null);
        }
        if (noRoom || bodyBytes == 0 && !share.fits(declaredBytes)) {
            return BodyRoom.refusal();
        }
        return null;
    }

    void came(HttpContent piece) {
        int bytes = piece.content().readableBytes();
        bodyBytes += bytes;
        whole |= piece instanceof LastHttpContent;
        // What comes after the answer is read by nobody and kept nowhere.
        if (bytes > 0 && !answered && !share.grow(bytes)) {
            noRoom = true;
        }
    }

    void toldToContinue() {
        owesContinue = false;
    }

    /** @param last whether the gateway ends, so that no further request is taken on this connection */
    void answerBegins(HttpHeaders answer, boolean last) {
        answerBegan = true;
        // A caller who never got its 100 may send the body or not: nobody can know where the next request begins.
        if (owesContinue || last) {
            answer.set("Connection", "close");
        }
        closes = answer.containsValue("Connection", "close", true);
    }

    void answered() {
        answered = true;
        caller.answered();
    }

    boolean isWhole() {
        return whole;
    }

    boolean hasAnswerBegun() {
        return answerBegan;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Whether the connection ends with the answer. */
    boolean closes() {
        return closes;
    }

    /** Whether nothing more of request and answer is to come, and the connection may go on. */
    boolean isOver() {
        return whole && answered && !closes;
    }
}
