package dev.caravan.route.edge;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.regex.Pattern;

/** Who a request comes from, and what every answer says of it: our id, the caller's own, the grant. Safe for all threads. */
final class CallerIds {

    static final String REQUEST_ID = "X-Request-Id";
    static final String CLIENT_REQUEST_ID = "X-Client-Request-Id";

    private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final RequestIds next = new RequestIds();
    private final Cors cors;

    CallerIds(Cors cors) {
        this.cors = cors;
    }

    /** The caller of a request with these headers; a header that looks like our id is overwritten with ours. */
    CallerConnection caller(HttpHeaders request, Runnable ended) {
        String id = next.next();
        List<String> own = request.getAll(CLIENT_REQUEST_ID);
        request.set(REQUEST_ID, id);
        boolean valid = own.size() == 1 && CLIENT_ID.matcher(own.get(0)).matches();
        return new CallerConnection(id, valid ? own.get(0) : null, cors.allowed(request), ended);
    }

    /** The caller of something that is no request. */
    CallerConnection unknown() {
        return new CallerConnection(next.next(), null, null, () -> {});
    }

    /** Whoever makes the answer. */
    void stamp(CallerConnection caller, HttpHeaders answer) {
        answer.set(REQUEST_ID, caller.requestId());
        String own = caller.clientRequestId();
        if (own != null) {
            answer.set(CLIENT_REQUEST_ID, own);
        }
        cors.grant(caller.origin(), answer);
    }
}
