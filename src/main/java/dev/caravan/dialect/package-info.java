/**
 * One per way of calling us: a caller's body to the chat request, and answers and errors back.
 * May import: catalog, wire, error, Jackson; no other room, no Camel, no HTTP.
 * Why: a new entrance is one class and never touches a provider.
 */
@NullMarked
package dev.caravan.dialect;

import org.jspecify.annotations.NullMarked;
