/**
 * Strict JSON (RFC 8259 within the I-JSON limits of RFC 7493) for documents that come from strangers, and a canonical
 * writer for our own. Immutable values that keep what they don't understand.
 */
package dev.layerfs.json;
