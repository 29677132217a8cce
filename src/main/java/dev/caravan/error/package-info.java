/**
 * What can go wrong, as a closed vocabulary that is safe to show to a caller.
 * May import: java.*; nothing of ours.
 * Why: an error built only from these words can never leak what is internal.
 */
@NullMarked
package dev.caravan.error;

import org.jspecify.annotations.NullMarked;
