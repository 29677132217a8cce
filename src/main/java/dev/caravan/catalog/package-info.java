/**
 * The models, their limits and prices, read from data/models_config.json and checked.
 * May import: wire, error, Jackson.
 * Why: one reviewed file says what can be called and what it costs.
 */
@NullMarked
package dev.caravan.catalog;

import org.jspecify.annotations.NullMarked;
