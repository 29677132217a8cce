/**
 * Who may come in and how much at once: places, gateway keys, limits and budgets.
 * May import: catalog, wire, error, Jackson, JDBC; no other room, no Camel, no HTTP.
 * Why: every entrance passes the same door.
 */
@NullMarked
package dev.caravan.access;

import org.jspecify.annotations.NullMarked;
