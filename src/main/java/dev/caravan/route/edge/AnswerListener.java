package dev.caravan.route.edge;

/** Is told of each answer, on the event loop that sent it: it must not block. */
public interface AnswerListener {

    /**
     * @param method the request's, or {@code _OTHER} for one that no route takes
     * @param route the route's own path with {@code :name} for its parameters, never the caller's; empty where no route took the request
     * @param status the answer's HTTP status; 499 where the caller left before it was whole
     * @param nanos from the request's head to the answer's end
     */
    void answered(String method, String route, int status, long nanos);
}
