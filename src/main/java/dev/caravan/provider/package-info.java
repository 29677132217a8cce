/**
 * One translator per provider: our chat request to its request, its answer back to ours.
 * May import: catalog, wire, error, Jackson; no other room, no Camel, no HTTP.
 * Why: pure functions from JSON to JSON can be proved with fixtures, and no provider sees another.
 */
@NullMarked
package dev.caravan.provider;

import org.jspecify.annotations.NullMarked;
