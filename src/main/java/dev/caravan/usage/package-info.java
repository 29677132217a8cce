/**
 * The bill: tokens, cost, the usage record, the journal on disk and the ledger's SQL.
 * May import: catalog, wire, error, Jackson, jtokkit, java.io and java.nio, JDBC; no other room, no Camel, no HTTP.
 * Why: whoever audits the money reads this room and no other.
 */
@NullMarked
package dev.caravan.usage;

import org.jspecify.annotations.NullMarked;
