/**
 * What a deflate stream (RFC 1951) has beside the bytes that it inflates to: which of the many streams of those bytes it is. That
 * is little where the search of the compressor is known well enough to guess nearly all of its choices; only what was guessed
 * wrong is kept.
 */
package dev.layerfs.deflate;
