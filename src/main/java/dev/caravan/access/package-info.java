/**
 * Who may come in and how much at once: the admission of requests.
 * May import: catalog, wire, error; no other room, no Camel, no HTTP.
 * Why: every entrance passes the same door.
 */
@NullMarked
package dev.caravan.access;

import org.jspecify.annotations.NullMarked;
