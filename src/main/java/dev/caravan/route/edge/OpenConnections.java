package dev.caravan.route.edge;

import dev.caravan.access.BodyRoom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** All connections of callers, how many requests they have under way, and the room for these requests' bodies. Safe for all threads. */
final class OpenConnections {

    private final Set<ConnectionGuard> guards = ConcurrentHashMap.newKeySet();
    private final BodyRoom room;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean draining;

    OpenConnections(BodyRoom room) {
        this.room = room;
    }

    void opened(ConnectionGuard guard) {
        guards.add(guard);
    }

    void closed(ConnectionGuard guard) {
        guards.remove(guard);
    }

    int connections() {
        return guards.size();
    }

    /** @return the room that the request's body will take */
    BodyRoom.Share requestBegan() {
        requests.incrementAndGet();
        return room.share();
    }

    void requestEnded(BodyRoom.Share body) {
        body.giveBack();
        requests.decrementAndGet();
    }

    /** Requests that are not answered yet, or whose route still runs though their caller has gone. */
    int requests() {
        return requests.get();
    }

    /** From now on each connection ends with the request that it has under way; one that has none ends now. */
    void drain() {
        draining = true;
        guards.forEach(ConnectionGuard::drain);
    }

    boolean draining() {
        return draining;
    }
}
