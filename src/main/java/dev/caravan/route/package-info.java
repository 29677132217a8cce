/**
 * Processors and beans that the YAML routes name: all that touches Camel or Vert.x.
 * May import: every room below, Camel, Vert.x, the HTTP client; not app.
 * Why: the path stands in routes/*.camel.yaml; here are its single steps.
 */
@NullMarked
package dev.caravan.route;

import org.jspecify.annotations.NullMarked;
