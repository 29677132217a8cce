/**
 * The program: main, configuration, the wiring of beans, the checks at start.
 * May import: everything.
 * Why: what is decided once, at start, is decided in one place.
 */
@NullMarked
package dev.caravan.app;

import org.jspecify.annotations.NullMarked;
