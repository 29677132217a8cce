/**
 * The chat vocabulary: OpenAI's chat format as records, which every room shares.
 * May import: java.*, Jackson's annotations and its JSON tree; nothing of ours.
 * Why: two translators that meet in one vocabulary never need to know each other.
 */
@NullMarked
package dev.caravan.wire;

import org.jspecify.annotations.NullMarked;
