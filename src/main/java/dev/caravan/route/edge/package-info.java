/**
 * The HTTP edge: the server socket and all that a request passes before a route sees it.
 * May import: access, error, Camel, Vert.x, Netty; nothing else of ours.
 * Why: what is refused here costs no thread, and no route has to think of it.
 */
@NullMarked
package dev.caravan.route.edge;

import org.jspecify.annotations.NullMarked;
